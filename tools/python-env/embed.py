"""Embeds a sentence with all-MiniLM-L6-v2, from a folder or, by name, from a Hugging Face cache.

    python embed.py FOLDER "a sentence"
    python embed.py --name org/name [--revision REVISION] "a sentence"

Prints the 384 numbers as a JSON list. By name, huggingface_hub finds the folder, so HF_HUB_CACHE,
HF_HUB_OFFLINE and HF_ENDPOINT apply.
"""

import argparse
import json
import math
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

_erf = np.vectorize(math.erf, otypes=[np.float32])


def embed(folder: Path, sentence: str) -> np.ndarray:
    """The unit vector of a sentence: BERT, mean of its tokens, L2 norm 1."""
    config = json.loads((folder / "config.json").read_text())
    limit = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)
    weights = load_file(folder / "model.safetensors")
    tokens = _bert(weights, config, tokenizer.encode(sentence).ids)
    mean = tokens.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _bert(weights: dict[str, np.ndarray], config: dict, ids: list[int]) -> np.ndarray:
    epsilon = config["layer_norm_eps"]

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + epsilon)
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    x = (
        weights["embeddings.word_embeddings.weight"][ids]
        + weights["embeddings.position_embeddings.weight"][: len(ids)]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    x = norm(x, "embeddings.LayerNorm")
    heads = config["num_attention_heads"]
    for index in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{index}"
        query, key, value = (
            linear(x, f"{layer}.attention.self.{part}").reshape(len(ids), heads, -1).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        scores = query @ key.swapaxes(1, 2) / math.sqrt(query.shape[-1])
        attention = np.exp(scores - scores.max(axis=-1, keepdims=True))
        attention /= attention.sum(axis=-1, keepdims=True)
        context = (attention @ value).swapaxes(0, 1).reshape(len(ids), -1)
        x = norm(
            x + linear(context, f"{layer}.attention.output.dense"),
            f"{layer}.attention.output.LayerNorm",
        )
        hidden = linear(x, f"{layer}.intermediate.dense")
        gelu = hidden * 0.5 * (1 + _erf(hidden / math.sqrt(2)))
        x = norm(x + linear(gelu, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    return x


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--name", help="model id, looked up by huggingface_hub")
    parser.add_argument("--revision", help="branch, tag or commit; only with --name")
    parser.add_argument("folder", nargs="?", type=Path, help="the model's folder")
    parser.add_argument("sentence")
    arguments = parser.parse_args()
    if (arguments.name is None) == (arguments.folder is None):
        parser.error("give either FOLDER or --name")
    folder = arguments.folder
    if folder is None:
        from huggingface_hub import snapshot_download

        folder = Path(snapshot_download(arguments.name, revision=arguments.revision))
    print(json.dumps([round(float(x), 7) for x in embed(folder, arguments.sentence)]))


if __name__ == "__main__":
    main()

"""Everything that huggingface_hub reads of a model, in words that all its versions know. Prints JSON."""

import hashlib
import json
import sys
from pathlib import Path

import huggingface_hub as hub


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


model = sys.argv[1]
api = hub.HfApi()
folder = Path(hub.snapshot_download(model))
pull_request = Path(hub.snapshot_download(model, revision="refs/pr/1", allow_patterns="new.txt"))
info = api.model_info(model, files_metadata=True)
refs = api.list_repo_refs(model)
files = hub.HfFileSystem()
with files.open(f"{model}/model.safetensors", "rb") as weights:
    weights.seek(12_345_678)
    middle = weights.read(1000)

print(
    json.dumps(
        {
            "version": hub.__version__,
            "commit": folder.name,
            "digests": {
                str(path.relative_to(folder)): digest(path)
                for path in folder.rglob("*")
                if path.is_file()
            },
            "pull request": (pull_request / "new.txt").read_text(),
            "one file": digest(hub.hf_hub_download(model, "sub/deep/näme.txt")),
            "sha": info.sha,
            "sizes": {file.rfilename: file.size for file in info.siblings},
            "files": sorted(api.list_repo_files(model)),
            "branches": [[branch.name, branch.target_commit] for branch in refs.branches],
            "models": [found.id for found in api.list_models(search="NAME")],
            "paths": [
                [found.path, getattr(found, "size", None)]
                for found in api.get_paths_info(model, ["sub", "config.json", "nope"])
            ],
            "exists": [api.file_exists(model, name) for name in ("config.json", "nope")],
            "ls": sorted(files.ls(model, detail=False)),
            "cat": files.cat(f"{model}/100%.txt").decode(),
            "middle": hashlib.sha256(middle).hexdigest(),
        }
    )
)

"""Prints the embedding of a sentence by sentence-transformers, by the model's name alone."""

import json
import sys

from sentence_transformers import SentenceTransformer

_, model, sentence = sys.argv
print(json.dumps(SentenceTransformer(model).encode(sentence).tolist()))

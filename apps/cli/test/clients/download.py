"""Downloads a model by its name alone. Prints the digests of its files as JSON."""

import hashlib
import json
import sys
from pathlib import Path

from huggingface_hub import snapshot_download

folder = Path(snapshot_download(sys.argv[1]))
files = [path for path in folder.rglob("*") if path.is_file()]
print(
    json.dumps(
        {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }
    )
)

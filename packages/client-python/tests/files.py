from __future__ import annotations

import os


def contents(folder: str) -> dict[str, bytes]:
    """Every file below a folder, by its path in it."""
    found = {}
    for parent, _, names in os.walk(folder, followlinks=True):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = file.read()
    return found


def layout(folder: str) -> dict[str, str]:
    """The files and links of a Hugging Face cache: what a link leads to, what is in refs and listings."""
    found = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".locks", ".no_exist")]
        for name in names:
            path = os.path.join(parent, name)
            key = os.path.relpath(path, folder)
            if os.path.islink(path):
                found[key] = f"-> {os.readlink(path)}"
            elif key.split(os.sep)[1] in ("refs", "trees"):
                with open(path, encoding="utf-8") as file:
                    found[key] = file.read()
            else:
                found[key] = f"{os.path.getsize(path)} bytes"
    return found

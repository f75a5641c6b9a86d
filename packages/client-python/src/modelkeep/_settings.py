"""What the environment says."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Server:
    url: str
    token: str | None


def server() -> Server | None:
    """The server to ask, as the ``modelkeep`` command knows it."""
    url = os.environ.get("MODELKEEP_SERVER", "").strip()
    token = os.environ.get("MODELKEEP_TOKEN", "").strip()
    return Server(url, token or None) if url else None


def store_home() -> str:
    """The folder of this machine's own store: ``MODELKEEP_HOME``, else the platform's data folder."""
    home = os.environ.get("MODELKEEP_HOME")
    if home:
        return os.path.abspath(os.path.expanduser(home))
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
        return os.path.join(local, "modelkeep")
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Application Support/modelkeep")
    data = os.environ.get("XDG_DATA_HOME", "")
    return os.path.join(
        data if os.path.isabs(data) else os.path.expanduser("~/.local/share"), "modelkeep"
    )


def hub_cache() -> str:
    """The Hugging Face cache of this machine, found as huggingface_hub finds it."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if os.environ.get(name):
            return _expanded(os.environ[name])
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
    home = os.environ.get("HF_HOME") or os.path.join(cache, "huggingface")
    return os.path.join(_expanded(home), "hub")


def _expanded(path: str) -> str:
    return os.path.abspath(os.path.expandvars(os.path.expanduser(path)))

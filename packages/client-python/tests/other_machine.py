"""What the tests of a machine that only reaches the server share."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def blobs(cache: Path, name: str) -> list[str]:
    folder = cache / f"models--org--{name}" / "blobs"
    return sorted(os.listdir(folder)) if folder.exists() else []


def get_in_a_process(name: str, **environment: str) -> subprocess.Popen[bytes]:
    # As on another machine, here too.
    script = (
        "import sys, modelkeep._local as local\n"
        "local._is_store = lambda home: False\n"
        "from modelkeep.model_provider import get_model_from_cache\n"
        "print(get_model_from_cache(sys.argv[1]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, name],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
    )


def until(condition: object, timeout: float = 60) -> None:
    assert callable(condition)
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)

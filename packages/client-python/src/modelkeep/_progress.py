from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

#: Told how many bytes are done, of how many.
ProgressListener = Callable[[int, int], None]

_INTERVAL_S = 0.2
_UNITS = ("B", "kB", "MB", "GB", "TB")


class StoppedError(Exception):
    """Another file of the model failed, or the user wants to stop."""


class Meter:
    """Counts the bytes of one model over all threads: for a listener, else for the person at a terminal."""

    def __init__(self, title: str, total: int, listener: ProgressListener | None) -> None:
        self._title = title
        self._total = total
        self._done = 0
        self._told_at = 0.0
        self._stopped = False
        self._lock = threading.Lock()
        self._is_line = listener is None and _wants_line()
        self._listener = self._line if self._is_line else listener

    def __enter__(self) -> Meter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tell()
        if self._is_line and self._told_at > 0:
            sys.stderr.write("\n")

    def add(self, count: int) -> None:
        """``count`` more bytes are done; fewer than none if some have to be had again."""
        self.check()
        with self._lock:
            self._done += count
            if time.monotonic() - self._told_at >= _INTERVAL_S:
                self._tell()

    def check(self) -> None:
        if self._stopped:
            raise StoppedError

    def stop(self) -> None:
        """Whoever still counts is told to give up."""
        self._stopped = True

    def set(self, done: int, total: int) -> None:
        with self._lock:
            self._done, self._total = done, total
            self._tell()

    def _tell(self) -> None:
        if self._listener is not None and self._total > 0:
            self._told_at = time.monotonic()
            self._listener(self._done, self._total)

    def _line(self, done: int, total: int) -> None:
        percent = 100 * done // total
        sys.stderr.write(f"\r\x1b[K{self._title}  {percent} %  {_size(done)} of {_size(total)}")
        sys.stderr.flush()


def _wants_line() -> bool:
    quiet = os.environ.get("HF_HUB_DISABLE_PROGRESS_BARS", "").upper() in ("1", "ON", "YES", "TRUE")
    return not quiet and sys.stderr is not None and sys.stderr.isatty()


def _size(count: int) -> str:
    value = float(count)
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            break
        value /= 1000
    return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.1f} {unit}"

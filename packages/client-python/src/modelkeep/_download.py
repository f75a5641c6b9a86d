"""One content on its way from the server: resumed where it broke off, and proved before it has its name."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from http import HTTPStatus

from modelkeep._http import BROKEN, BusyError
from modelkeep._lock import file_lock
from modelkeep._progress import Meter
from modelkeep._server import Api, File, Snapshot
from modelkeep.exceptions import IntegrityError

_CHUNK = 1024 * 1024
#: Tries without any new byte.
_TRIES = 6
_LONGEST_WAIT_S = 8.0


class Hashes:
    """The sha256 of a content, and its id as a git blob where the model has one for it."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()
        self._git = None
        if file.git_oid is not None and not file.lfs:
            self._git = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)

    def update(self, data: memoryview | bytes) -> None:
        self._sha256.update(data)
        if self._git is not None:
            self._git.update(data)

    def check(self) -> None:
        """Fails with ``IntegrityError`` unless this is the content that the model has."""
        pairs = [("sha256", self._file.sha256, self._sha256.hexdigest())]
        if self._git is not None:
            pairs.append(("git blob id", self._file.git_oid, self._git.hexdigest()))
        for what, expected, found in pairs:
            if expected != found:
                raise IntegrityError(
                    f"{self._file.path}: its {what} is {found} and should be {expected}",
                    code="integrity-mismatch",
                    details={"file": self._file.path, "expected": expected, "found": found},
                )


def fetch_blob(
    api: Api, snapshot: Snapshot, file: File, *, blob: str, lock: str, meter: Meter
) -> None:
    """Puts the content of ``file`` at ``blob``, whoever else is at it. What is there already is proved."""
    with file_lock(lock) as alone:
        if os.path.isfile(blob) and _holds(blob, file):
            meter.add(file.size)
            return
        partial = f"{blob}.modelkeep" + ("" if alone else f".{uuid.uuid4().hex}") + ".incomplete"
        try:
            _fetch(api, snapshot, file, partial, meter)
        except IntegrityError:
            # What an earlier run left, or what came over a bad line: once more, from the beginning.
            _fetch(api, snapshot, file, partial, meter)
        os.replace(partial, blob)


def bytes_here(blob: str) -> int:
    """How much of a content is here already."""
    for path in (blob, f"{blob}.modelkeep.incomplete"):
        with contextlib.suppress(OSError):
            return os.path.getsize(path)
    return 0


def _holds(path: str, file: File) -> bool:
    if os.path.getsize(path) != file.size:
        return False
    hashes = Hashes(file)
    with open(path, "rb") as content:
        _hash_rest(content.fileno(), hashes)
    try:
        hashes.check()
    except IntegrityError:
        return False
    return True


def _hash_rest(descriptor: int, hashes: Hashes) -> int:
    done = 0
    while True:
        data = os.read(descriptor, _CHUNK)
        if not data:
            return done
        hashes.update(data)
        done += len(data)


def _fetch(api: Api, snapshot: Snapshot, file: File, partial: str, meter: Meter) -> None:
    hashes = Hashes(file)
    with open(partial, "a+b", buffering=0) as content:
        content.seek(0)
        done = _hash_rest(content.fileno(), hashes)
        meter.add(done)
        tries = 0
        while done < file.size:
            meter.check()
            try:
                for data in _stream(api, snapshot, file, done):
                    content.write(data)
                    hashes.update(data)
                    done += len(data)
                    meter.add(len(data))
                    tries = 0
            except _BrokenOffError as error:
                tries += 1
                if tries == _TRIES:
                    raise api.unreachable(error.reason) from error.reason
                time.sleep(min(error.wait or 0.25 * 2**tries, _LONGEST_WAIT_S))
        try:
            hashes.check()
        except IntegrityError:
            os.unlink(partial)
            meter.add(-done)
            raise
        os.fsync(content.fileno())


class _BrokenOffError(Exception):
    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.wait = reason.wait if isinstance(reason, BusyError) else None


def _stream(api: Api, snapshot: Snapshot, file: File, start: int) -> Iterator[memoryview]:
    """The bytes from ``start`` on, as they come. Only the network makes it break off."""
    buffer = memoryview(bytearray(min(_CHUNK, file.size)))
    left = file.size - start
    try:
        with api.content(snapshot, str(file.sha256), start) as response:
            # Something between us and the server may not know ranges.
            skipped = start if response.status == HTTPStatus.OK else 0
            while left > 0:
                count = response.readinto(buffer[: min(len(buffer), skipped or left)])
                if count == 0:
                    raise ConnectionError("the connection was cut off")
                if skipped > 0:
                    skipped -= count
                    continue
                left -= count
                yield buffer[:count]
    except (*BROKEN, BusyError) as error:
        raise _BrokenOffError(error) from error

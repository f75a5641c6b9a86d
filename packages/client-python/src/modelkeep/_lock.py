from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator

_NO_LOCKS = frozenset({errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP})


@contextlib.contextmanager
def file_lock(path: str) -> Iterator[bool]:
    """
    Keeps others out, in this process and in any other, huggingface_hub's among them: by the same lock on the same file.
    Gives False where the file system has no locks.
    """
    os.makedirs(os.path.dirname(path), exist_ok=True)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o664)
        try:
            locked = _lock(descriptor)
            if locked and not _is_at(descriptor, path):
                # Its last holder removed it: another may hold a new file of that name.
                continue
            yield locked
            return
        finally:
            # Closing it frees the lock.
            os.close(descriptor)


def _is_at(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        while True:
            with contextlib.suppress(OSError):
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
                return True
            time.sleep(0.05)

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            return False
        return True

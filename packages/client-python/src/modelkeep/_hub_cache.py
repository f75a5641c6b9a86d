"""This machine's Hugging Face cache: what the server has, laid out as huggingface_hub itself does it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import sys
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from modelkeep._download import bytes_here, fetch_blob
from modelkeep._names import is_commit, repo_folder_name, split_name
from modelkeep._progress import Meter, ProgressListener
from modelkeep._server import Api, File, Snapshot
from modelkeep.exceptions import ModelkeepError, NoSpaceError

_PARALLEL = 8
_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_HEX = frozenset("0123456789abcdef")


def materialise(api: Api, snapshot: Snapshot, cache: str, listener: ProgressListener | None) -> str:
    """The snapshot's folder in the cache; fetched from the server where it is not here."""
    _check(snapshot)
    repo = os.path.join(cache, repo_folder_name(snapshot.model_id))
    folder = os.path.join(repo, "snapshots", snapshot.commit)
    missing = [file for file in snapshot.files if not _is_file(folder, file.path, file.size)]
    try:
        if missing:
            _fetch_all(api, snapshot, repo, missing, listener)
            for file in missing:
                _link(os.path.join(repo, "blobs", str(file.blob_name)), folder, file.path)
        os.makedirs(folder, exist_ok=True)
        _write(os.path.join(repo, "trees", f"{snapshot.commit}.json"), _tree_listing(snapshot))
        if not is_commit(snapshot.revision):
            _write(os.path.join(repo, "refs", *snapshot.revision.split("/")), snapshot.commit)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise NoSpaceError(
            f"no room for {snapshot.model_id} in {cache}", code="no-space"
        ) from error
    return folder


def copy_here(name: str, cache: str) -> str | None:
    """The folder of a model that is here to its last file, by what was known when it came."""
    model_id, revision = split_name(name)
    repo = os.path.join(cache, repo_folder_name(model_id))
    try:
        commit = revision if is_commit(revision) else _read(repo, "refs", *revision.split("/"))
        files = json.loads(_read(repo, "trees", f"{commit}.json"))["files"]
        folder = os.path.join(repo, "snapshots", commit)
        whole = all(_is_file(folder, path, facts["size"]) for path, facts in files.items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return folder if whole else None


def has_files(folder: str, files: Iterable[File]) -> bool:
    return all(_is_file(folder, file.path, file.size) for file in files)


def _fetch_all(
    api: Api,
    snapshot: Snapshot,
    repo: str,
    missing: Iterable[File],
    listener: ProgressListener | None,
) -> None:
    blobs = os.path.join(repo, "blobs")
    locks = os.path.join(os.path.dirname(repo), ".locks", os.path.basename(repo))
    os.makedirs(blobs, exist_ok=True)
    contents = {str(file.blob_name): file for file in missing}
    total = sum(file.size for file in contents.values())
    present = sum(bytes_here(os.path.join(blobs, name)) for name in contents)
    free = shutil.disk_usage(blobs).free
    if total - present > free:
        raise NoSpaceError(
            f"{snapshot.model_id} needs {total - present} more bytes in {blobs}, where {free} are free",
            code="no-space",
            details={"neededBytes": total - present, "freeBytes": free},
        )
    # The largest first: the last to end is then no large one.
    ordered = sorted(contents.items(), key=lambda item: -item[1].size)
    with (
        Meter(snapshot.model_id, total, listener) as meter,
        ThreadPoolExecutor(_PARALLEL, thread_name_prefix="modelkeep") as pool,
    ):
        fetching = [
            pool.submit(
                fetch_blob,
                api,
                snapshot,
                file,
                blob=os.path.join(blobs, name),
                lock=os.path.join(locks, f"{name}.lock"),
                meter=meter,
            )
            for name, file in ordered
        ]
        try:
            for fetched in fetching:
                fetched.result()
        except BaseException:
            meter.stop()
            api.abort()
            for waiting in fetching:
                waiting.cancel()
            raise


def _is_file(folder: str, path: str, size: int) -> bool:
    try:
        return os.path.getsize(os.path.join(folder, *path.split("/"))) == size
    except OSError:
        return False


def _link(blob: str, folder: str, path: str) -> None:
    """A relative link, as huggingface_hub makes it; a copy where links are not possible."""
    target = os.path.join(folder, *path.split("/"))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    temporary = f"{target}.{uuid.uuid4().hex}"
    try:
        try:
            os.symlink(os.path.relpath(blob, os.path.dirname(target)), temporary)
        except OSError as error:
            if error.errno in _FULL:
                raise
            shutil.copyfile(blob, temporary)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _read(*path: str) -> str:
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def _write(path: str, text: str) -> None:
    """Readers see the old text or the new one."""
    with contextlib.suppress(OSError, ValueError):
        if _read(path) == text:
            return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = f"{path}.{uuid.uuid4().hex}"
    try:
        with open(temporary, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _tree_listing(snapshot: Snapshot) -> str:
    """By it huggingface_hub knows offline whether a snapshot is whole."""
    files: dict[str, dict[str, Any]] = {}
    for file in sorted((*snapshot.files, *snapshot.omitted), key=lambda file: file.path):
        if file.lfs and file.sha256 is not None:
            files[file.path] = {
                "size": file.size,
                "blob_id": _pointer_oid(file.sha256, file.size),
                "lfs_sha256": file.sha256,
                "lfs_size": file.size,
            }
        elif file.blob_name is not None:
            files[file.path] = {"size": file.size, "blob_id": file.blob_name}
    return json.dumps({"format_version": 1, "files": files}, indent=1, ensure_ascii=False)


def _pointer_oid(sha256: str, size: int) -> str:
    """Git's id of the text that it keeps for a git-lfs file."""
    text = (
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()
    )
    return hashlib.sha1(b"blob %d\0" % len(text) + text, usedforsecurity=False).hexdigest()


def _check(snapshot: Snapshot) -> None:
    """Whatever a server says, nothing is written outside the model's own folder."""
    split_name(snapshot.model_id)
    split_name(f"{snapshot.model_id}@{snapshot.revision}")
    names = [str(file.blob_name) for file in snapshot.files]
    names += [str(file.sha256) for file in snapshot.files]
    if not is_commit(snapshot.commit) or not all(set(name) <= _HEX for name in names):
        raise ModelkeepError("the server names digests that are none", code="invalid-key")
    for file in snapshot.files:
        parts = file.path.split("/")
        if any(part in ("", ".", "..") or not _is_name(part) for part in parts):
            raise ModelkeepError(f"{file.path!r} cannot be a file of a model", code="invalid-key")


def _is_name(part: str) -> bool:
    return "\0" not in part and (sys.platform != "win32" or not set(part) & set('\\:*?"<>|'))

from __future__ import annotations

import re

from modelkeep.exceptions import InvalidNameError

DEFAULT_REVISION = "main"
_SEGMENT = re.compile(r"(?!.*(?:\.\.|--))[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?")
_REVISION = re.compile(
    r"(?!.*(?:\.\.|//|@\{))[^\x00-\x20~^:?*\[\\\x7f/.-][^\x00-\x20~^:?*\[\\\x7f]{0,254}"
)
_COMMIT = re.compile(r"[0-9a-f]{40}")


def is_commit(revision: str) -> bool:
    return _COMMIT.fullmatch(revision) is not None


def split_name(name: str) -> tuple[str, str]:
    """The model id and the revision in ``org/name``, ``org/name@revision`` or a model key."""
    bare = name[3:] if name.startswith("hf@") else name
    model_id, at, revision = bare.partition("@")
    revision = revision if at else DEFAULT_REVISION
    segments = model_id.split("/")
    if (
        len(segments) > 2
        or not all(_SEGMENT.fullmatch(segment) for segment in segments)
        or not _REVISION.fullmatch(revision)
        or any(part in ("", ".") or part.endswith(".lock") for part in revision.split("/"))
    ):
        raise InvalidNameError(
            f"{name!r} is not a model name: one looks like org/name or org/name@revision",
            code="invalid-argument",
        )
    return model_id, revision


def repo_folder_name(model_id: str) -> str:
    """The folder of a model in a Hugging Face cache."""
    return f"models--{model_id.replace('/', '--')}"

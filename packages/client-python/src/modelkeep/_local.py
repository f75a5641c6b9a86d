"""The store of this machine, without a server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.parse
from typing import Any

from modelkeep import _settings
from modelkeep._hub_cache import has_files
from modelkeep._names import DEFAULT_REVISION, is_commit, repo_folder_name, split_name
from modelkeep._server import Snapshot
from modelkeep.exceptions import ModelkeepError, ModelNotInCacheError, NoCacheError, error_of

_LAYOUT_VERSION = 1


def own_folder(snapshot: Snapshot) -> str | None:
    """
    The folder that the server names, if this is its machine, or shares its store. It is if the folder is here, lies in
    a store of Modelkeep as this snapshot's, and has each of its files at its size, to be read.
    """
    parts = os.path.normpath(snapshot.path).split(os.sep)
    home = os.sep.join(parts[:-4])
    place = ["hub", repo_folder_name(snapshot.model_id), "snapshots", snapshot.commit]
    if parts[-4:] != place or not os.path.isabs(snapshot.path) or not _is_store(home):
        return None
    files = snapshot.files
    if not has_files(snapshot.path, files):
        return None
    readable = all(
        os.access(os.path.join(snapshot.path, *file.path.split("/")), os.R_OK) for file in files
    )
    return snapshot.path if readable else None


def local_folder(name: str) -> str:
    """The model's folder in the store of this machine, as ``modelkeep path`` prints it."""
    command = _command()
    if command is not None:
        told = _run(command, "path", name, "--json")
        return str(told["path"])
    folder = folder_in_store(_settings.store_home(), name)
    if folder is None:
        wanted = f"modelkeep pull {name}"
        raise ModelNotInCacheError(
            f"{name} is not in the cache; fetch it with: {wanted}",
            code="model-not-cached",
            details={"command": wanted},
        )
    return folder


def local_pull(name: str, connection: str | None) -> None:
    """Has the ``modelkeep`` command fetch a model into the store of this machine."""
    command = _command()
    if command is None:
        raise NoCacheError(
            "fetching a model needs a server (set MODELKEEP_SERVER and MODELKEEP_TOKEN) or the modelkeep "
            "command (npm install --global modelkeep)"
        )
    chosen = [] if connection is None else ["--connection", connection]
    _run(command, "pull", name, *chosen, "--json")


def folder_in_store(home: str, name: str) -> str | None:
    """The folder of an entry by the store's own files, which needs neither Node nor leave to write."""
    model_id, revision = split_name(name)
    if not _is_store(home):
        raise NoCacheError(
            f"there is no store in {home}: set MODELKEEP_SERVER and MODELKEEP_TOKEN to ask a server, or "
            "MODELKEEP_HOME to the folder of a store"
        )
    repo = repo_folder_name(model_id)
    manifests = os.path.join(home, "manifests", repo)
    entry = os.path.join(manifests, "entries", f"{_file_name(revision)}.json")
    commit = _commit_of(entry)
    if commit is None and is_commit(revision):
        is_kept = os.path.isfile(os.path.join(manifests, f"{revision}.json"))
        commit = revision if is_kept else None
    if commit is None:
        return None
    checkout = os.path.join(home, "hub", repo)
    folder = os.path.join(checkout, "snapshots", commit)
    # The listing is written last.
    whole = os.path.isfile(os.path.join(checkout, "trees", f"{commit}.json"))
    return folder if whole and os.path.isdir(folder) else None


def _commit_of(manifest: str) -> str | None:
    try:
        with open(manifest, encoding="utf-8") as file:
            commit = json.load(file)["entry"]["commit"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return commit if isinstance(commit, str) and is_commit(commit) else None


def _file_name(revision: str) -> str:
    return urllib.parse.quote(revision or DEFAULT_REVISION, safe="-_.~")


def _is_store(home: str) -> bool:
    try:
        with open(os.path.join(home, "store.json"), encoding="utf-8") as file:
            told = json.load(file)
    except (OSError, ValueError):
        return False
    if not isinstance(told, dict) or told.get("product") != "modelkeep":
        return False
    return told.get("layoutVersion") == _LAYOUT_VERSION


def _command() -> str | None:
    return shutil.which("modelkeep")


def _run(command: str, *arguments: str) -> Any:
    """The document that the command prints."""
    finished = subprocess.run([command, *arguments], capture_output=True, check=False)
    errors = finished.stderr.decode("utf-8", "replace")
    if finished.returncode == 0:
        return json.loads(finished.stdout)
    for line in reversed(errors.splitlines()):
        try:
            error = json.loads(line)["error"]
            message, hint = error["message"], error.get("hint")
        except (ValueError, LookupError, TypeError):
            continue
        text = f"{message}; {hint}" if hint else message
        raise error_of(error["code"], text, error.get("details"))
    raise ModelkeepError(
        f"{command} {arguments[0]} ended with {finished.returncode}: {errors.strip()[-500:]}"
    )

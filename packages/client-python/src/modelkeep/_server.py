"""What the server is asked."""

from __future__ import annotations

import contextlib
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

from modelkeep import _settings
from modelkeep._http import Transport
from modelkeep._progress import Meter
from modelkeep.exceptions import ModelkeepError, ServerUnavailableError, error_of

_POLL_S = (0.1, 0.2, 0.4, 0.8, 1.0)
#: A server that starts anew takes its jobs up again.
_PATIENT_TRIES = 9


@dataclass(frozen=True)
class File:
    path: str
    size: int
    sha256: str | None
    git_oid: str | None
    lfs: bool

    @property
    def blob_name(self) -> str | None:
        """Its name among the blobs of a Hugging Face cache: what the Hub gives as its ETag."""
        return self.sha256 if self.lfs else (self.git_oid or self.sha256)


@dataclass(frozen=True)
class Snapshot:
    """A cached model at its commit."""

    model_id: str
    revision: str
    commit: str
    #: On the server's machine.
    path: str
    files: tuple[File, ...]
    #: Files of the commit that the cache has not.
    omitted: tuple[File, ...]


class Api:
    def __init__(self, server: _settings.Server) -> None:
        self._transport = Transport(server)

    def __enter__(self) -> Api:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._transport.close()

    def snapshot(self, name: str) -> Snapshot:
        """A model that is cached. Nothing is fetched for it: it fails with ``ModelNotInCacheError``."""
        told = self._transport.json("GET", f"/models/{_quoted(name)}/snapshot")
        return Snapshot(
            model_id=told["modelId"],
            revision=told["revision"],
            commit=told["commitHash"],
            path=told["path"],
            files=tuple(map(_file, told["files"])),
            omitted=tuple(map(_file, told["omitted"])),
        )

    @contextlib.contextmanager
    def content(self, snapshot: Snapshot, sha256: str, start: int) -> Iterator[HTTPResponse]:
        """A file's bytes from ``start`` on. What breaks raises one of ``BROKEN``."""
        key = _quoted(f"{snapshot.model_id}@{snapshot.commit}")
        headers = {"Range": f"bytes={start}-"} if start > 0 else {}
        path = f"/models/{key}/contents/{sha256}"
        with self._transport.open("GET", path, headers=headers) as response:
            yield response

    def abort(self) -> None:
        self._transport.abort()

    def unreachable(self, error: Exception) -> ServerUnavailableError:
        return self._transport.unreachable(error)

    def pull(self, name: str, connection: str | None, meter: Meter) -> None:
        """Has the server fetch a model, and waits for it."""
        wanted = {"model": name, **({"connection": connection} if connection is not None else {})}
        job = self._transport.json("POST", "/pulls", wanted)
        path = f"/jobs/{_quoted(job['id'])}"
        try:
            self._follow(path, job, meter)
        except (KeyboardInterrupt, SystemExit):
            with contextlib.suppress(ModelkeepError):
                self._transport.json("POST", f"{path}/cancel", {}, tries=1)
            raise

    def _follow(self, path: str, job: Mapping[str, Any], meter: Meter) -> None:
        asked = 0
        while job["state"] in ("queued", "running"):
            progress = job.get("progress") or {}
            meter.set(progress.get("doneBytes", 0), progress.get("totalBytes", 0))
            time.sleep(_POLL_S[min(asked, len(_POLL_S) - 1)])
            asked += 1
            job = self._transport.json("GET", path, tries=_PATIENT_TRIES)
        if job["state"] == "done":
            size = job["result"]["sizeInBytes"]
            meter.set(size, size)
            return
        error = job.get("error")
        if error:
            raise error_of(error["code"], error["message"], error.get("details"))
        raise ModelkeepError(f"job {job['id']} of the server ended {job['state']}", code="conflict")


def _file(told: Mapping[str, Any]) -> File:
    return File(
        path=told["path"],
        size=told["size"],
        sha256=told.get("digest"),
        git_oid=told.get("gitOid"),
        lfs=told["lfs"],
    )


def _quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")

"""The two calls: where a cached model is, and have one cached."""

from __future__ import annotations

import logging

from modelkeep import _settings
from modelkeep._hub_cache import copy_here, materialise
from modelkeep._local import local_folder, local_pull, own_folder
from modelkeep._names import split_name
from modelkeep._progress import Meter, ProgressListener
from modelkeep._server import Api
from modelkeep.exceptions import ModelNotInCacheError, ServerUnavailableError

__all__ = ["download_model_to_cache", "get_model_from_cache"]

_log = logging.getLogger("modelkeep")


def get_model_from_cache(model_name: str, *, progress: ProgressListener | None = None) -> str:
    """
    The folder of a model that is in the cache. It never has a model downloaded to the cache.

    On the machine of the server, or of the store, this is the store's own folder: read it, and leave it as it is.
    Elsewhere the model is copied into this machine's Hugging Face cache first, or what it lacks of it; every file is
    proved. When the server does not answer, a copy that is here to its last file is good enough.

    :param model_name: ``org/name``, or ``org/name@revision``.
    :param progress: told how many bytes of the copy are done, of how many. By default a person at a terminal sees it.
    :raises ModelNotInCacheError: the model is not in the cache; its message names the command that fetches it.
    :raises InvalidNameError: the name is not well formed.
    :raises AccessDeniedError: the server does not accept ``MODELKEEP_TOKEN``, or the model is not for this user.
    :raises ServerUnavailableError: the server does not answer, and there is no copy here.
    :raises IntegrityError: the copy's bytes were wrong twice; they were not kept.
    :raises NoSpaceError: the copy does not fit on the disk.
    :raises NoCacheError: the environment names no server, and there is no store on this machine.
    """
    split_name(model_name)
    server = _settings.server()
    if server is None:
        return local_folder(model_name)
    cache = _settings.hub_cache()
    with Api(server) as api:
        try:
            snapshot = api.snapshot(model_name)
            return own_folder(snapshot) or materialise(api, snapshot, cache, progress)
        except ServerUnavailableError as error:
            folder = copy_here(model_name, cache)
            if folder is None:
                raise
            _log.warning("%s; using the copy in %s", error, folder)
            return folder


def download_model_to_cache(
    model_name: str,
    connection_name: str | None = None,
    *,
    progress: ProgressListener | None = None,
) -> None:
    """
    Has a model downloaded to the cache, if it is not there already: to the server's, else to this machine's store.

    It gives nothing back, and copies nothing to this machine: :func:`get_model_from_cache` does.

    :param model_name: ``org/name``, or ``org/name@revision``.
    :param connection_name: the connection to download through, for a model that needs its access token. By default the
        first one that enables the model.
    :param progress: told how many bytes are downloaded, of how many. By default a person at a terminal sees it.
    :raises NotEnabledError: no connection enables the model for this user, who is no administrator.
    :raises AccessDeniedError: the server does not accept ``MODELKEEP_TOKEN``, or the model is gated at its source.
    :raises ModelNotFoundError: the source has no such model, or no such revision.
    :raises UpstreamUnavailableError: the source does not answer, or the cache is offline.
    :raises InvalidNameError: the name is not well formed, or there is no such connection.
    :raises IntegrityError: the source gave wrong bytes; they were not kept.
    :raises NoSpaceError: the model does not fit on the cache's disk.
    :raises ServerUnavailableError: the server does not answer.
    :raises NoCacheError: there is no server, and no ``modelkeep`` command on this machine.
    """
    split_name(model_name)
    server = _settings.server()
    if server is None:
        try:
            local_folder(model_name)
        except ModelNotInCacheError:
            local_pull(model_name, connection_name)
        return
    with Api(server) as api:
        try:
            api.snapshot(model_name)
        except ModelNotInCacheError:
            with Meter(model_name, 0, progress) as meter:
                api.pull(model_name, connection_name, meter)

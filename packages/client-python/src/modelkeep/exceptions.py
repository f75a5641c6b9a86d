"""What can go wrong. Every error of this package is a :class:`ModelkeepError`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ModelkeepError(Exception):
    """Base of all errors. ``code`` is Modelkeep's own (``model-not-cached``), ``details`` are facts for a program."""

    def __init__(
        self, message: str, *, code: str = "failed", details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.details: dict[str, Any] = dict(details or {})


class ModelNotInCacheError(ModelkeepError):
    """The model is not in the cache. ``command`` would fetch it; so would ``download_model_to_cache``."""

    @property
    def command(self) -> str | None:
        command = self.details.get("command")
        return command if isinstance(command, str) else None


class ModelNotFoundError(ModelkeepError):
    """The source knows no such model, or no such revision of it."""


class InvalidNameError(ModelkeepError, ValueError):
    """The name is not ``org/name`` or ``org/name@revision``, or there is no connection of that name."""


class AccessDeniedError(ModelkeepError):
    """The server does not accept the token, or the token does not open the model."""


class NotEnabledError(AccessDeniedError):
    """No connection enables the model for this user: an administrator of the server can."""


class UpstreamUnavailableError(ModelkeepError):
    """The model has to be fetched, and where it comes from cannot be asked now."""


class ServerUnavailableError(ModelkeepError):
    """The Modelkeep server does not answer."""


class IntegrityError(ModelkeepError):
    """Bytes are not what they should be. They were not kept."""


class NoSpaceError(ModelkeepError):
    """The disk is too small for the model: this machine's, or the server's."""


class NoCacheError(ModelkeepError):
    """There is neither a server to ask (``MODELKEEP_SERVER``) nor a store on this machine (``MODELKEEP_HOME``)."""


_BY_CODE: Mapping[str, type[ModelkeepError]] = {
    "model-not-cached": ModelNotInCacheError,
    "model-not-found": ModelNotFoundError,
    "revision-not-found": ModelNotFoundError,
    "invalid-argument": InvalidNameError,
    "access-denied": AccessDeniedError,
    "gated": AccessDeniedError,
    "not-enabled": NotEnabledError,
    "source-unavailable": UpstreamUnavailableError,
    "rate-limited": UpstreamUnavailableError,
    "offline": UpstreamUnavailableError,
    "integrity-mismatch": IntegrityError,
    "no-space": NoSpaceError,
}


def error_of(code: str, message: str, details: Mapping[str, Any] | None = None) -> ModelkeepError:
    """The error that Modelkeep tells by its code."""
    return _BY_CODE.get(code, ModelkeepError)(message, code=code, details=details)

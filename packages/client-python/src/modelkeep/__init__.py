"""Models from a Modelkeep cache. See :mod:`modelkeep.model_provider`."""

from modelkeep._version import __version__
from modelkeep.exceptions import (
    AccessDeniedError,
    IntegrityError,
    InvalidNameError,
    ModelkeepError,
    ModelNotFoundError,
    ModelNotInCacheError,
    NoCacheError,
    NoSpaceError,
    NotEnabledError,
    ServerUnavailableError,
    UpstreamUnavailableError,
)
from modelkeep.model_provider import download_model_to_cache, get_model_from_cache

__all__ = [
    "AccessDeniedError",
    "IntegrityError",
    "InvalidNameError",
    "ModelNotFoundError",
    "ModelNotInCacheError",
    "ModelkeepError",
    "NoCacheError",
    "NoSpaceError",
    "NotEnabledError",
    "ServerUnavailableError",
    "UpstreamUnavailableError",
    "__version__",
    "download_model_to_cache",
    "get_model_from_cache",
]

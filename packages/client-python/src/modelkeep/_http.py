"""HTTP as the server needs it: connections that are kept, proxies and certificates of the environment, and retries."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import platform
import queue
import socket
import ssl
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

from modelkeep._settings import Server
from modelkeep._version import __version__
from modelkeep.exceptions import InvalidNameError, ModelkeepError, ServerUnavailableError, error_of

_API = "/-/api/v1"
_CONNECT_S = 10.0
_SILENCE_S = 60.0
_TRIES = 4
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_BUSY = frozenset({429, 502, 503, 504})
_TOKEN_HINT = "set MODELKEEP_TOKEN to a token of the server (`modelkeep user token`)"
#: What a connection that breaks, or never comes about, raises.
BROKEN = (OSError, http.client.HTTPException)


class BusyError(ServerUnavailableError):
    """The server, or a proxy before it, asks to come again after ``wait`` seconds."""

    def __init__(self, message: str, wait: float) -> None:
        super().__init__(message, code="source-unavailable")
        self.wait = wait


class Transport:
    """Speaks with the server's API; may be used by several threads at once."""

    def __init__(self, server: Server) -> None:
        url = urllib.parse.urlsplit(server.url)
        if url.scheme not in ("http", "https") or not url.hostname or url.username or url.query:
            raise InvalidNameError(
                "MODELKEEP_SERVER must be an http:// or https:// address without a user name, "
                "like http://cache:8080",
                code="invalid-argument",
            )
        self._host: str = url.hostname
        self._port = url.port or (443 if url.scheme == "https" else 80)
        self._netloc = url.netloc
        self._base = url.path.rstrip("/") + _API
        self._context = _tls() if url.scheme == "https" else None
        self._proxy = _proxy_for(url.scheme, url.netloc)
        self._headers = {
            "User-Agent": f"modelkeep-python/{__version__} python/{platform.python_version()}",
            "Accept-Encoding": "identity",
        }
        if server.token is not None:
            self._headers["Authorization"] = f"Bearer {server.token}"
        self._busy: set[http.client.HTTPConnection] = set()
        self._idle: queue.LifoQueue[http.client.HTTPConnection] = queue.LifoQueue()

    def close(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def abort(self) -> None:
        """Breaks off what is under way in other threads."""
        for connection in list(self._busy):
            if connection.sock is not None:
                with contextlib.suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)

    def json(self, method: str, path: str, body: object = None, *, tries: int = _TRIES) -> Any:
        """The document that the server answers with; its errors are raised."""
        for attempt in range(1, tries):
            try:
                return self._json(method, path, body)
            except BusyError as error:
                wait = error.wait
            except ssl.SSLCertVerificationError as error:
                raise self.unreachable(error) from error
            except BROKEN:
                wait = _FIRST_WAIT_S * 2 ** (attempt - 1)
            time.sleep(min(wait, _LONGEST_WAIT_S))
        try:
            return self._json(method, path, body)
        except BROKEN as error:
            raise self.unreachable(error) from error

    def _json(self, method: str, path: str, body: object) -> Any:
        with self.open(method, path, body) as response:
            text = response.read()
        try:
            return json.loads(text)
        except ValueError as error:
            raise self._no_server(f"its answer is no JSON: {error}") from error

    @contextlib.contextmanager
    def open(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[http.client.HTTPResponse]:
        """One answer that is a success, to be read. What breaks raises one of ``BROKEN``."""
        connection, response = self._ask(method, path, body, {**self._headers, **(headers or {})})
        self._busy.add(connection)
        try:
            if not 200 <= response.status < 300:
                raise self._failure(response, response.read())
            yield response
        except BaseException:
            connection.close()
            raise
        finally:
            self._busy.discard(connection)
        if response.isclosed() and not response.will_close:
            self._idle.put(connection)
        else:
            connection.close()

    def unreachable(self, error: Exception) -> ServerUnavailableError:
        return ServerUnavailableError(
            f"the Modelkeep server {self._netloc} does not answer: {error}; see that it runs, and "
            "that MODELKEEP_SERVER is its address",
            code="source-unavailable",
        )

    def _ask(
        self, method: str, path: str, body: object, headers: dict[str, str]
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        payload = None if body is None else json.dumps(body).encode()
        if payload is not None:
            headers = {**headers, "Content-Type": "application/json"}
        target = self._base + path
        if self._proxy is not None and self._context is None:
            target = f"http://{self._netloc}{target}"
            headers = {**headers, **self._proxy.headers}
        while True:
            try:
                connection, kept = self._idle.get_nowait(), True
            except queue.Empty:
                connection, kept = self._connect(), False
            try:
                connection.request(method, target, payload, headers)
                return connection, connection.getresponse()
            except BROKEN:
                connection.close()
                # The server may have closed a kept connection meanwhile: a new one tells.
                if not kept:
                    raise
            except BaseException:
                connection.close()
                raise

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._proxy.address if self._proxy else (self._host, self._port)
        connection: http.client.HTTPConnection
        if self._context is None:
            connection = http.client.HTTPConnection(host, port, timeout=_CONNECT_S)
        else:
            connection = http.client.HTTPSConnection(
                host, port, timeout=_CONNECT_S, context=self._context
            )
            if self._proxy is not None:
                connection.set_tunnel(self._host, self._port, self._proxy.headers)
        connection.connect()
        connection.sock.settimeout(_SILENCE_S)
        return connection

    def _failure(self, response: http.client.HTTPResponse, body: bytes) -> ModelkeepError:
        status = response.status
        try:
            told = json.loads(body)["error"]
            code, message, details = told["code"], told["message"], told.get("details") or {}
        except (ValueError, LookupError, TypeError):
            code = message = ""
            details = {}
        if status == 429 or (not code and status in _BUSY):
            return BusyError(
                message or f"{self._netloc} answers with {status}", _retry_after(response)
            )
        if not code:
            where = response.headers.get("Location", "").partition("?")[0]
            return self._no_server(f"it answers with {status}{where and f' and leads to {where}'}")
        if status == 401:
            message = f"{message}; {_TOKEN_HINT}"
        return error_of(code, message, details)

    def _no_server(self, what: str) -> ServerUnavailableError:
        return ServerUnavailableError(
            f"MODELKEEP_SERVER names {self._netloc}, which is no Modelkeep server: {what}",
            code="source-unavailable",
        )


class _Proxy:
    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url if "//" in url else f"http://{url}")
        self.address = (parts.hostname or "", parts.port or 8080)
        self.headers: dict[str, str] = {}
        if parts.username:
            name = urllib.parse.unquote(parts.username)
            secret = urllib.parse.unquote(parts.password or "")
            encoded = base64.b64encode(f"{name}:{secret}".encode()).decode()
            self.headers["Proxy-Authorization"] = f"Basic {encoded}"


def _proxy_for(scheme: str, netloc: str) -> _Proxy | None:
    proxies = urllib.request.getproxies()
    url = proxies.get(scheme) or proxies.get("all")
    return None if not url or urllib.request.proxy_bypass(netloc) else _Proxy(url)


def _tls() -> ssl.SSLContext:
    """OpenSSL reads ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` by itself; these are what requests reads."""
    context = ssl.create_default_context()
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        bundle = os.environ.get(name)
        if bundle:
            where = "capath" if os.path.isdir(bundle) else "cafile"
            context.load_verify_locations(**{where: bundle})
            break
    return context


def _retry_after(response: http.client.HTTPResponse) -> float:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else 1.0

"""The way to the server: encrypted, and through a proxy."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
from pathlib import Path

import pytest
from files import contents
from stack import Line, Modelkeep, Proxy

from modelkeep import ServerUnavailableError
from modelkeep.model_provider import get_model_from_cache


@pytest.fixture
def certificate(tmp_path: Path) -> str:
    """Of an authority of its own, for ``localhost``; with its key behind it."""
    path = str(tmp_path / "certificate.pem")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        [*command, *names, "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True
    )
    with open(path, "a") as file, open(f"{path}.crt") as public:
        file.write(public.read())
    return path


def test_is_encrypted_and_goes_through_the_proxy(
    elsewhere: Path, server: Modelkeep, certificate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with (
        contextlib.closing(Line(server.port, context)) as line,
        contextlib.closing(Proxy()) as proxy,
    ):
        port = line.url.rsplit(":", 1)[1]
        monkeypatch.setenv("MODELKEEP_SERVER", f"https://localhost:{port}/")
        with pytest.raises(ServerUnavailableError, match="certificate"):
            get_model_from_cache("org/name")
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert contents(get_model_from_cache("org/name")) == contents(server.folder("org/name"))
        assert proxy.asked
        assert all(
            f"CONNECT localhost:{port}" in head and "Basic YWRhOnNlY3JldA==" in head
            for head in proxy.asked
        )
        proxy.asked.clear()
        monkeypatch.setenv("NO_PROXY", "localhost")
        monkeypatch.delenv("SSL_CERT_FILE")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{certificate}.crt")
        get_model_from_cache("org/name")
        assert proxy.asked == []

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from stack import Hub, Line, Modelkeep

_SETTINGS = (
    "MODELKEEP_",
    "HF_",
    "XDG_",
    "HUGGINGFACE_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
)


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    hub = Hub()
    yield hub
    hub.stop()


@pytest.fixture(scope="session")
def server(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Modelkeep]:
    folder = tmp_path_factory.mktemp("server")
    config = {
        "home": str(folder / "home"),
        "connections": [{"name": "hub", "type": "hub", "endpoint": hub.url, "models": ["org/*"]}],
        "fetch": {"maxAttempts": 2, "retryDelayMs": 50},
    }
    # JSON is YAML.
    (folder / "config.yaml").write_text(json.dumps(config))
    server = Modelkeep(home=str(folder / "home"), config=str(folder / "config.yaml"))
    yield server
    server.stop()


@pytest.fixture
def line(server: Modelkeep) -> Iterator[Line]:
    line = Line(server.port)
    yield line
    line.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, with nothing set."""
    for name in list(os.environ):
        if name.startswith(_SETTINGS):
            monkeypatch.delenv(name)
    home = tmp_path / "own-home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def elsewhere(server: Modelkeep, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As on another machine: the server's folder is not to be seen. Gives this machine's Hugging Face cache."""
    monkeypatch.setattr("modelkeep._local._is_store", lambda _home: False)
    monkeypatch.setenv("MODELKEEP_SERVER", server.url)
    monkeypatch.setenv("MODELKEEP_TOKEN", server.tokens["user"])
    return home / ".cache" / "huggingface" / "hub"

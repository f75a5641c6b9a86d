"""On the machine of the server, or of the store."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from stack import CLI, NODE, Hub, Modelkeep

from modelkeep import InvalidNameError, ModelNotInCacheError, NoCacheError
from modelkeep.model_provider import download_model_to_cache, get_model_from_cache


@pytest.fixture
def asked(server: Modelkeep, monkeypatch: pytest.MonkeyPatch) -> Modelkeep:
    monkeypatch.setenv("MODELKEEP_SERVER", server.url)
    monkeypatch.setenv("MODELKEEP_TOKEN", server.tokens["user"])
    return server


@pytest.fixture
def command(server: Modelkeep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ``modelkeep`` command, as npm installs it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "modelkeep").write_text(f'#!/bin/sh\nexec "{NODE}" "{CLI}" "$@"\n')
    (folder / "modelkeep").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("MODELKEEP_CONFIG", server.config)
    return folder


@pytest.fixture
def no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")


def test_gives_the_servers_own_folder(asked: Modelkeep, home: Path, hub: Hub) -> None:
    before = hub.requests()
    for name in ("org/name", "hf@org/name", "org/name@main", f"org/name@{hub.commits['org/name']}"):
        assert get_model_from_cache(name) == asked.folder("org/name")
    assert hub.requests() == before
    assert list(home.iterdir()) == []


def test_gives_the_folder_of_the_store_without_a_server(
    server: Modelkeep, no_command: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELKEEP_HOME", server.home)
    assert get_model_from_cache("org/name") == server.folder("org/name")
    assert get_model_from_cache(f"org/name@{server.folder('org/name')[-40:]}") == server.folder(
        "org/name"
    )
    download_model_to_cache("org/name")
    with pytest.raises(ModelNotInCacheError, match="modelkeep pull org/none"):
        get_model_from_cache("org/none")
    with pytest.raises(NoCacheError, match="MODELKEEP_SERVER"):
        download_model_to_cache("org/none")


def test_asks_the_command_where_it_is_installed(server: Modelkeep, command: Path) -> None:
    assert get_model_from_cache("org/name") == server.folder("org/name")
    with pytest.raises(ModelNotInCacheError) as raised:
        get_model_from_cache("org/cli")
    assert raised.value.command == "modelkeep pull org/cli"
    download_model_to_cache("org/later", "hub")
    assert get_model_from_cache("org/later") == server.folder("org/later")
    with pytest.raises(InvalidNameError, match="no connection named"):
        download_model_to_cache("org/none", connection_name="nope")


def test_says_what_to_set_where_there_is_nothing(no_command: None) -> None:
    with pytest.raises(NoCacheError, match=r"MODELKEEP_SERVER and MODELKEEP_TOKEN.*MODELKEEP_HOME"):
        get_model_from_cache("org/name")


@pytest.mark.parametrize(
    "name", ["", "a/b/c", "../x", "org/name@", "org/na me", "org/name@../x", "/org", "org/x\n"]
)
def test_refuses_what_is_no_name(
    server: Modelkeep, no_command: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("MODELKEEP_HOME", server.home)
    with pytest.raises(InvalidNameError):
        get_model_from_cache(name)
    monkeypatch.setenv("MODELKEEP_SERVER", server.url)
    monkeypatch.setenv("MODELKEEP_TOKEN", server.tokens["user"])
    with pytest.raises(InvalidNameError):
        get_model_from_cache(name)

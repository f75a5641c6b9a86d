"""On a machine that only reaches the server: a copy in its Hugging Face cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from files import contents, layout
from stack import MIB, Hub, Modelkeep

from modelkeep import (
    AccessDeniedError,
    InvalidNameError,
    ModelNotFoundError,
    ModelNotInCacheError,
    NoSpaceError,
    NotEnabledError,
    ServerUnavailableError,
    UpstreamUnavailableError,
)
from modelkeep.model_provider import download_model_to_cache, get_model_from_cache

_BIG = "model.safetensors"


def test_copies_what_is_cached_and_asks_nobody_else(
    elsewhere: Path, server: Modelkeep, hub: Hub
) -> None:
    before = hub.requests()
    told: list[tuple[int, int]] = []
    with hub.away():
        folder = get_model_from_cache(
            "org/two", progress=lambda done, total: told.append((done, total))
        )
    assert hub.requests() == before
    assert contents(folder) == contents(server.folder("org/two"))
    assert folder.startswith(str(elsewhere))
    assert told[-1][0] == told[-1][1] > 9 * MIB
    told.clear()
    assert (
        get_model_from_cache("org/two", progress=lambda done, total: told.append((done, total)))
        == folder
    )
    assert told == []


def test_lays_out_what_huggingface_hub_would(
    elsewhere: Path, server: Modelkeep, hub: Hub, tmp_path: Path
) -> None:
    """Run by the interpreter that has huggingface_hub: the same server gives it the same cache."""
    python = os.environ["PYTHON_WITH_HUB"]
    script = "import sys, huggingface_hub as h; print(h.snapshot_download(sys.argv[1]))"
    folder = get_model_from_cache("org/two")
    theirs = tmp_path / "theirs"
    settings = {
        "PATH": os.environ["PATH"],
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_TOKEN": server.tokens["user"],
    }
    online = {**settings, "HF_ENDPOINT": server.url, "HF_HUB_CACHE": str(theirs)}
    subprocess.run(
        [python, "-c", script, "org/two"], env=online, check=True, stdout=subprocess.DEVNULL
    )
    repo = "models--org--two"
    assert layout(str(elsewhere / repo)) == layout(str(theirs / repo))
    # And what is here serves it offline, by name.
    offline = {**settings, "HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(elsewhere)}
    found = subprocess.run(
        [python, "-c", script, "org/two"],
        env=offline,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert found.stdout.strip() == folder


def test_finds_the_cache_as_huggingface_hub_does(
    elsewhere: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value, expected in (
        ("XDG_CACHE_HOME", "$HOME/xdg", "xdg/huggingface/hub"),
        ("HF_HOME", "~/hf", "hf/hub"),
        ("HF_HUB_CACHE", "~/cache", "cache"),
    ):
        monkeypatch.setenv(name, value)
        assert get_model_from_cache("org/name").startswith(
            str(home / expected / "models--org--name")
        )


def test_never_has_a_model_downloaded_to_the_cache(
    elsewhere: Path, server: Modelkeep, hub: Hub
) -> None:
    before = hub.requests()
    with pytest.raises(ModelNotInCacheError) as raised:
        get_model_from_cache("org/small")
    assert raised.value.command == "modelkeep pull org/small"
    assert hub.requests() == before
    assert not elsewhere.exists()


def test_downloads_to_the_cache_and_not_to_this_machine(
    elsewhere: Path, server: Modelkeep, hub: Hub
) -> None:
    server.cli("rm", "org/name", "--yes")
    told: list[tuple[int, int]] = []
    download_model_to_cache("org/name", progress=lambda done, total: told.append((done, total)))
    assert told[-1][1] > 3 * MIB
    assert not elsewhere.exists()
    before = hub.requests()
    download_model_to_cache("org/name", connection_name="hub")
    assert hub.requests() == before
    assert contents(get_model_from_cache("org/name")) == contents(server.folder("org/name"))


def test_goes_on_without_the_hub(elsewhere: Path, hub: Hub) -> None:
    with hub.away():
        download_model_to_cache("org/name")
        assert get_model_from_cache("org/name").startswith(str(elsewhere))
        with pytest.raises(UpstreamUnavailableError):
            download_model_to_cache("org/absent")


def test_tells_who_may_not(
    elsewhere: Path, server: Modelkeep, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotEnabledError, match="administrator"):
        download_model_to_cache("other/closed")
    with pytest.raises(ModelNotFoundError):
        download_model_to_cache("org/absent")
    with pytest.raises(InvalidNameError, match="no connection named"):
        download_model_to_cache("org/absent", "nope")
    monkeypatch.setenv("MODELKEEP_TOKEN", server.tokens["admin"])
    download_model_to_cache("other/closed")
    monkeypatch.setenv("MODELKEEP_TOKEN", "hf_" + "x" * 40)
    for call in (get_model_from_cache, download_model_to_cache):
        with pytest.raises(AccessDeniedError, match="MODELKEEP_TOKEN") as raised:
            call("org/name")
        assert "hf_xxx" not in str(raised.value)
    monkeypatch.delenv("MODELKEEP_TOKEN")
    with pytest.raises(AccessDeniedError, match="needs a token"):
        get_model_from_cache("org/name")


def test_proves_what_lies_in_the_cache_before_it_is_used(
    elsewhere: Path, server: Modelkeep
) -> None:
    folder = Path(get_model_from_cache("org/name"))
    blob = (folder / _BIG).resolve()
    damaged = bytearray(blob.read_bytes())
    damaged[1000] ^= 1
    blob.write_bytes(damaged)
    shutil.rmtree(folder.parent)
    assert contents(get_model_from_cache("org/name")) == contents(server.folder("org/name"))
    # And a file that was cut short by hand is copied again.
    blob.write_bytes(b"short")
    assert contents(get_model_from_cache("org/name")) == contents(server.folder("org/name"))


def test_copies_once_for_many_threads(elsewhere: Path, server: Modelkeep) -> None:
    folders: list[str] = []
    threads = [
        threading.Thread(target=lambda: folders.append(get_model_from_cache("org/two")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(folders) == 6 and len(set(folders)) == 1
    assert contents(folders[0]) == contents(server.folder("org/two"))


def test_is_content_with_a_copy_when_the_server_is_away(
    elsewhere: Path,
    server: Modelkeep,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("modelkeep._http._FIRST_WAIT_S", 0.01)
    folder = get_model_from_cache("org/name")
    monkeypatch.setenv("MODELKEEP_SERVER", "http://127.0.0.1:9")
    assert get_model_from_cache("org/name") == folder
    assert "does not answer" in caplog.text
    os.unlink(os.path.join(folder, _BIG))
    for call in (get_model_from_cache, download_model_to_cache):
        with pytest.raises(ServerUnavailableError, match=r"127\.0\.0\.1:9"):
            call("org/name")


def test_says_when_the_copy_does_not_fit(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=10 * MIB))
    with pytest.raises(NoSpaceError, match="more bytes"):
        get_model_from_cache("org/big")


@pytest.mark.parametrize("url", ["nonsense", "ftp://cache", "http://ada:secret@cache:1", "http://"])
def test_refuses_what_is_no_address(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("MODELKEEP_SERVER", url)
    with pytest.raises(InvalidNameError, match="MODELKEEP_SERVER") as raised:
        get_model_from_cache("org/name")
    assert "secret" not in str(raised.value)


def test_knows_what_is_no_modelkeep_server(
    elsewhere: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELKEEP_SERVER", hub.url)
    with pytest.raises(ServerUnavailableError, match="no Modelkeep server"):
        get_model_from_cache("org/name")

"""On a machine that reaches the server over a line that breaks, and whose processes are killed."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

import pytest
from files import contents
from other_machine import blobs, get_in_a_process, until
from stack import BIG_BYTES, MIB, Line, Modelkeep

from modelkeep import IntegrityError
from modelkeep.model_provider import get_model_from_cache

if TYPE_CHECKING:
    from pathlib import Path


def test_goes_on_where_it_was_killed(elsewhere: Path, server: Modelkeep, line: Line) -> None:
    line.stalls_at = 20 * MIB
    process = get_in_a_process("org/big", MODELKEEP_SERVER=line.url)
    until(lambda: line.received >= 20 * MIB)
    until(
        lambda: any(
            (elsewhere / "models--org--big/blobs" / name).stat().st_size > 10 * MIB
            for name in blobs(elsewhere, "big")
        )
    )
    process.send_signal(signal.SIGKILL)
    process.communicate()
    partial = sum(
        (elsewhere / "models--org--big/blobs" / name).stat().st_size
        for name in blobs(elsewhere, "big")
    )
    assert 10 * MIB < partial < BIG_BYTES
    assert not (elsewhere / "models--org--big/snapshots").exists()
    line.stalls_at, line.received = None, 0
    process = get_in_a_process("org/big", MODELKEEP_SERVER=line.url)
    folder = process.communicate()[0].decode().strip()
    assert contents(folder) == contents(server.folder("org/big"))
    assert line.received < BIG_BYTES - partial + MIB
    assert len(blobs(elsewhere, "big")) == 1


def test_goes_on_over_a_line_that_breaks(
    elsewhere: Path, server: Modelkeep, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.cuts = [5 * MIB, 11 * MIB, 30 * MIB]
    monkeypatch.setenv("MODELKEEP_SERVER", line.url)
    assert contents(get_model_from_cache("org/big")) == contents(server.folder("org/big"))
    assert line.cuts == []
    assert line.received < BIG_BYTES + 4 * MIB


def test_goes_on_over_a_restart_of_the_server(
    elsewhere: Path, server: Modelkeep, line: Line
) -> None:
    line.stalls_at = 12 * MIB
    process = get_in_a_process("org/big", MODELKEEP_SERVER=line.url)
    until(lambda: line.received >= 12 * MIB)
    server.stop()
    server.start()
    line._port, line.stalls_at = server.port, None
    folder = process.communicate()[0].decode().strip()
    assert contents(folder) == contents(server.folder("org/big"))


def test_heals_what_a_bad_line_damages_once(
    elsewhere: Path, server: Modelkeep, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.damages = 1
    monkeypatch.setenv("MODELKEEP_SERVER", line.url)
    assert contents(get_model_from_cache("org/name")) == contents(server.folder("org/name"))
    assert line.damages < 1


def test_keeps_nothing_that_is_wrong(
    elsewhere: Path, server: Modelkeep, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.damages = 1000
    monkeypatch.setenv("MODELKEEP_SERVER", line.url)
    with pytest.raises(IntegrityError, match=r"model\.safetensors: its sha256 is"):
        get_model_from_cache("org/name")
    weights = [name for name in blobs(elsewhere, "name") if len(name) != 40]
    assert weights == []
    assert not (elsewhere / "models--org--name/snapshots").exists()
    line.damages = 0
    assert contents(get_model_from_cache("org/name")) == contents(server.folder("org/name"))


def test_copies_once_for_many_processes(elsewhere: Path, server: Modelkeep, line: Line) -> None:
    processes = [get_in_a_process("org/big", MODELKEEP_SERVER=line.url) for _ in range(5)]
    folders = {process.communicate()[0].decode().strip() for process in processes}
    assert all(process.returncode == 0 for process in processes)
    assert len(folders) == 1
    assert contents(folders.pop()) == contents(server.folder("org/big"))
    assert line.received < BIG_BYTES * 1.1


def test_ends_at_once_when_it_is_interrupted(elsewhere: Path, line: Line) -> None:
    line.stalls_at = 8 * MIB
    process = get_in_a_process("org/big", MODELKEEP_SERVER=line.url)
    until(lambda: line.received >= 8 * MIB)
    process.send_signal(signal.SIGINT)
    with contextlib.closing(line):
        process.communicate(timeout=30)
    assert process.returncode != 0

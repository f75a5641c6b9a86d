"""In a container: another root and another network, from which only the server can be reached."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from container import Container
from files import contents
from stack import Hub, Modelkeep

_GET = """
import hashlib, os
from modelkeep.model_provider import get_model_from_cache
folder = get_model_from_cache("org/two")
print(folder)
for parent, _, names in os.walk(folder, followlinks=True):
    for name in names:
        path = os.path.join(parent, name)
        with open(path, "rb") as file:
            print(os.path.relpath(path, folder), hashlib.sha256(file.read()).hexdigest())
"""
_DOWNLOAD = """
from modelkeep.model_provider import download_model_to_cache, get_model_from_cache
from modelkeep import ModelNotInCacheError
try:
    get_model_from_cache("org/later")
except ModelNotInCacheError as error:
    print(error.command)
download_model_to_cache("org/later")
print(get_model_from_cache("org/later"))
"""


@pytest.fixture(scope="module")
def container() -> Iterator[Container]:
    container = Container()
    yield container
    container.close()


def test_needs_the_server_and_a_token_alone(
    container: Container, server: Modelkeep, hub: Hub
) -> None:
    settings = {
        "MODELKEEP_SERVER": f"http://{container.host}:{server.port}",
        "MODELKEEP_TOKEN": server.tokens["user"],
    }
    before = hub.requests()
    with hub.away():
        result = container.python(_GET, **settings)
    assert result.returncode == 0, result.stderr
    folder, *lines = result.stdout.splitlines()
    assert folder.startswith("/home/user/.cache/huggingface/hub/models--org--two/snapshots/")
    wanted = contents(server.folder("org/two"))
    assert dict(line.rsplit(" ", 1) for line in lines) == {
        path: hashlib.sha256(content).hexdigest() for path, content in wanted.items()
    }
    assert hub.requests() == before


def test_downloads_through_the_server(container: Container, server: Modelkeep) -> None:
    server.cli("pull", "org/later")
    server.cli("rm", "org/later", "--yes")
    result = container.python(
        _DOWNLOAD,
        MODELKEEP_SERVER=f"http://{container.host}:{server.port}",
        MODELKEEP_TOKEN=server.tokens["user"],
        HF_HOME="/home/user/hf",
    )
    assert result.returncode == 0, result.stderr
    command, folder = result.stdout.splitlines()
    assert command == "modelkeep pull org/later"
    assert folder.startswith("/home/user/hf/hub/models--org--later/snapshots/")


def test_reaches_nothing_else(container: Container, hub: Hub) -> None:
    script = f"import urllib.request; urllib.request.urlopen({hub.url!r})"
    assert container.python(script).returncode != 0

"""A made-up Hub, the built Modelkeep server on it, and what stands between the server and its clients."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

NODE = os.environ.get("MODELKEEP_TEST_NODE", "node")
CLI = os.environ["MODELKEEP_TEST_CLI"]
FAKE_HUB = os.environ["MODELKEEP_TEST_FAKE_HUB"]

MIB = 1024 * 1024
BIG_BYTES = 48 * MIB


class Hub:
    """The Hub where models come from."""

    def __init__(self) -> None:
        models = ["org/name:model.safetensors:3M", f"org/big:model.safetensors:{BIG_BYTES}"]
        models += [
            "org/two:part-1.safetensors:5M",
            "org/two:sub/part-2.safetensors:4M",
            "org/later:w.bin:2M",
        ]
        models += ["other/closed:w.bin:1M"]
        arguments = [f"--generated={model}" for model in models]
        arguments += ["--small-files=org/name:3:1K", "--small-files=org/two:40:2K"]
        self.process = subprocess.Popen(
            [NODE, FAKE_HUB, "--end-with-input", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        told = json.loads(self.process.stdout.readline())
        self.url: str = told["url"]
        self._control: str = told["controlUrl"]
        self.commits: dict[str, str] = told["commits"]

    def control(self, method: str, action: str) -> Any:
        request = urllib.request.Request(
            f"{self._control}/{action}", b"" if method == "POST" else None, method=method
        )
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def requests(self) -> int:
        return int(self.control("GET", "stats")["requests"])

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        self.control("POST", "stop")
        try:
            yield
        finally:
            self.control("POST", "restart")

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate()


@dataclass
class Modelkeep:
    """The built server, its store and its users' tokens."""

    home: str
    config: str
    process: subprocess.Popen[bytes] = field(init=False)
    url: str = field(init=False)
    port: int = field(init=False)
    tokens: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = {
            "admin": json.loads(self.cli("user", "add", "ada", "--role", "admin", "--json"))[
                "token"
            ],
            "user": json.loads(self.cli("user", "add", "uma", "--json"))["token"],
        }
        self.cli("pull", "org/name", "org/big", "org/two")
        self.start()

    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": self.home, "MODELKEEP_CONFIG": self.config}

    def cli(self, *arguments: str) -> str:
        return subprocess.run(
            [NODE, CLI, *arguments],
            env=self.environment(),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def start(self) -> None:
        self.process = subprocess.Popen(
            [NODE, CLI, "serve", "--host", "0.0.0.0", "--port", "0", "--json"],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.process.stdout is not None
        self.port = int(json.loads(self.process.stdout.readline())["url"].rsplit(":", 1)[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def folder(self, name: str) -> str:
        return str(json.loads(self.cli("path", name, "--json"))["path"])

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


class Line:
    """A line to the server that counts what comes over it, and can be bad."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        self._port = port
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.received = 0
        #: Cuts the connection that carries the byte of each of these numbers.
        self.cuts: list[int] = []
        #: Nothing goes on from this byte.
        self.stalls_at: int | None = None
        #: How many times a byte of every MiB of a connection is changed.
        self.damages = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                # Who leaves, or finds no server behind it, breaks its own connection only.
                try:
                    self._link(
                        client
                        if self._tls is None
                        else self._tls.wrap_socket(client, server_side=True)
                    )
                except OSError:
                    client.close()

    def _link(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._port))
        for source, target, is_answer in ((client, server, False), (server, client, True)):
            threading.Thread(
                target=self._pass_on, args=(source, target, is_answer), daemon=True
            ).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while True:
                data = bytearray(source.recv(65536))
                if not data:
                    break
                if is_answer:
                    passed += len(data)
                    if passed // MIB > (passed - len(data)) // MIB and self._takes_damage():
                        data[-1] ^= 1
                    if self._is_cut(len(data)):
                        break
                target.sendall(data)
        for side in (source, target):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()

    def _takes_damage(self) -> bool:
        with self._lock:
            self.damages -= 1
            return self.damages >= 0

    def _is_cut(self, count: int) -> bool:
        with self._lock:
            self.received += count
            cut = bool(self.cuts) and self.received >= self.cuts[0]
            if cut:
                self.cuts.pop(0)
        while self.stalls_at is not None and self.received >= self.stalls_at:
            threading.Event().wait(0.02)
        return cut


class Proxy:
    """An HTTP proxy as companies have one, for what is encrypted."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://ada:secret@127.0.0.1:{self._listener.getsockname()[1]}"
        self.asked: list[str] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += client.recv(1)
                self.asked.append(head.decode())
                host, port = head.split()[1].decode().rsplit(":", 1)
                server = socket.create_connection((host, int(port)))
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=_copy, args=(source, target), daemon=True).start()

    def close(self) -> None:
        self._listener.close()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)

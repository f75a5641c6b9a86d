"""A machine of its own, as far as a container is one: another root, another network, an empty environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile

import modelkeep

_PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(modelkeep.__file__)))

_ROOT = """
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$ROOT"
for folder in $SHOWN; do mkdir -p "$ROOT$folder"; mount --rbind "$folder" "$ROOT$folder"; done
mkdir -p "$ROOT/tmp" "$ROOT/home/user" "$ROOT/proc" "$ROOT/dev"
mount --rbind /dev "$ROOT/dev"
echo ready
cat
"""


class Container:
    def __init__(self) -> None:
        self._root = tempfile.mkdtemp(prefix="modelkeep-container-")
        shown = {"/usr", "/bin", "/lib", "/lib64", "/etc", sys.prefix, sys.base_prefix, _PACKAGES}
        shown = {path for path in shown if os.path.isdir(path)}
        tops = sorted(
            path for path in shown if not any(path.startswith(f"{other}/") for other in shown)
        )
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "--net", "sh", "-c", _ROOT],
            env={"PATH": os.environ["PATH"], "ROOT": self._root, "SHOWN": " ".join(tops)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"ready\n"
        pid = self._holder.pid
        self._link = f"mk{pid}"[:15]
        #: The address of the machine around it.
        self.host = f"10.{200 + pid % 50}.{pid // 50 % 256}.1"
        own = f"{self.host[:-1]}2"
        inside = self._in_network
        _run(
            "ip",
            "link",
            "add",
            self._link,
            "type",
            "veth",
            "peer",
            "name",
            "eth0",
            "netns",
            str(pid),
        )
        _run("ip", "addr", "add", f"{self.host}/30", "dev", self._link)
        _run("ip", "link", "set", self._link, "up")
        _run(*inside, "ip", "addr", "add", f"{own}/30", "dev", "eth0")
        _run(*inside, "ip", "link", "set", "eth0", "up")

    @property
    def _in_network(self) -> tuple[str, ...]:
        return ("nsenter", "--target", str(self._holder.pid), "--net", "--mount")

    def python(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs a script in it. Nothing of this machine's environment is there."""
        command = [*self._in_network, "chroot", self._root, "/usr/bin/env", "-i", "-C", "/tmp"]
        settings = {
            "PATH": "/usr/bin:/bin",
            "HOME": "/home/user",
            "PYTHONPATH": _PACKAGES,
            **environment,
        }
        command += [f"{name}={value}" for name, value in settings.items()]
        return subprocess.run(
            [*command, sys.executable, "-c", script], capture_output=True, text=True, check=False
        )

    def close(self) -> None:
        self._holder.communicate(b"")
        shutil.rmtree(self._root, ignore_errors=True)


def _run(*command: str) -> None:
    subprocess.run(command, check=True)

"""A running ``observatoire serve``, as a process of its own with two workers."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from app.settings import PROJECT

LONGEST_SECONDS = 120.0


class Server:
    """A running ``observatoire serve`` with two processes."""

    def __init__(self, url: str, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        environment = {
            "OBSERVATOIRE_DATABASE_URL": url,
            "OBSERVATOIRE_HOME": str(home),
            "OBSERVATOIRE_WEB_WORKERS": "2",
            "OBSERVATOIRE_ROUTING_PROCESSES": "1",
            "OBSERVATOIRE_LIMIT_PER_ADDRESS": "0",
        }
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=PROJECT)

    def workers(self) -> set[int]:
        """Return the processes that answer: the supervisor's children, less multiprocessing's own."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {pid for pid in map(int, children.split()) if b"spawn_main" in _command(pid)}

    def get(self, address: str) -> bytes:
        """Return a body."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{address}", timeout=10) as answer:
            return bytes(answer.read())

    def answers(self) -> bool:
        """Say whether both processes answer: each has written its counters."""
        try:
            return b"observatoire_web_processes 2" in self.get("/metrics")
        except OSError:
            return False

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + LONGEST_SECONDS
        while not reached():
            assert time.monotonic() < deadline
            assert self.process.poll() is None
            time.sleep(0.05)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""

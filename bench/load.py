"""Requests as fast as a server answers them, from 32 connections (wrk), and what they cost."""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import machine
from exchange import Request

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 32
WARM_UP_SECONDS = 3
# How far the mean length of an answer under load may be from that of the answers that were checked.
TOLERANCE = 0.01


@dataclass(frozen=True)
class Load:
    """What a server did in a while."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    # CPU seconds for 1,000 requests: of the server with its children, and of PostgreSQL.
    cpu_seconds: float
    postgres_cpu_seconds: float
    peak_mib: float
    answer_kb: float


def median(loads: Sequence[Load]) -> Load:
    """The middle of each number."""
    names = Load.__dataclass_fields__
    return Load(**{name: statistics.median(getattr(load, name) for load in loads) for name in names})


def run(requests: Sequence[Request], server: int, postgres: int, seconds: int) -> Load:
    """Sends the requests in turn for a while, after a warm-up. An answer that fails ends the program."""
    lengths = [request.send() for request in requests]
    with tempfile.NamedTemporaryFile(suffix=".requests") as file:
        file.write(b"\x1e".join(request.raw() for request in requests))
        file.flush()
        _wrk(requests[0].url, file.name, WARM_UP_SECONDS)
        with _Peak(server) as peak:
            before = machine.cpu_seconds(server), machine.cpu_seconds(postgres)
            done = _wrk(requests[0].url, file.name, seconds)
            after = machine.cpu_seconds(server), machine.cpu_seconds(postgres)
    expected = statistics.mean(total for _, total in lengths)
    mean = done["bytes"] / max(1, done["requests"])
    if done["errors"] or abs(mean / expected - 1) > TOLERANCE:
        raise SystemExit(f"wrong answers under load: {done}; an answer of {expected:.0f} bytes was expected")
    thousands = done["requests"] / 1000
    return Load(
        requests_per_second=done["requests"] / done["seconds"],
        p50_ms=done["p50_ms"],
        p99_ms=done["p99_ms"],
        cpu_seconds=(after[0] - before[0]) / thousands,
        postgres_cpu_seconds=(after[1] - before[1]) / thousands,
        peak_mib=peak.mib,
        answer_kb=statistics.mean(len(body) for body, _ in lengths) / 1000,
    )


def _wrk(url: str, file: str, seconds: int) -> dict[str, float]:
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(SCRIPT), url, "--", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"wrk: {done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


class _Peak:
    """The most memory that a server has while the block runs."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._run, daemon=True)
        self.mib = machine.resident_mib(server)

    def _run(self) -> None:
        while not self._done.wait(0.5):
            self.mib = max(self.mib, machine.resident_mib(self._server))

    def __enter__(self) -> _Peak:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watch.join()

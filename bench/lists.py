"""Queries next to the yardstick: the same rows in the same PostgreSQL, in one run, in turn.

Every number is the middle of the rounds. Read the CPU seconds first: a busy machine disturbs them least.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import load
import machine
import operations
import postgres
import server
from figures import Figure
from load import Load
from reference import Reference

DATABASE = "bench_lists"
NAME = "PostgreSQL"
SEEDS = Path(__file__).with_name("seed")
ROUNDS = 2
SECONDS = 8

# Once without our caches, once as the server is delivered.
MODES = {"fresh": server.FRESH, "cached": {}}
LABELS = {
    "list": "list of posts",
    "inbox": "inbox with threads",
    "post": "post with steps and media",
    "analytics": "analytics",
    "REST's operation": "the GraphQL operation of REST's list",
    "REST": "REST's list",
}
# `list`: times the peer. The aims of the first and of the second line are for its requests, those of the third for CPU.
TIMES_PEER = {"fresh": 3.0, "cached": 15.0}
FRESH_CPU_SECONDS = 0.35
REST_TIMES_OPERATION = 1.10
LOADED_MIB = 60.0


def measure() -> list[Figure]:
    url = postgres.create(DATABASE)
    loads: dict[str, list[Load]] = {}
    with server.Place(url) as place:
        _seed(place)
        reference = Reference(DATABASE)
        made = operations.Operations(DATABASE)
        database = postgres.main_process()
        machine.wait_until_quiet()
        for _ in range(ROUNDS):
            loads.setdefault("peer", []).append(_peer(url, reference, database))
            for mode, settings in MODES.items():
                for name, measured in _ours(place, settings, made, reference, database).items():
                    loads.setdefault(f"{mode} {name}", []).append(measured)
    return _figures({name: load.median(rounds) for name, rounds in loads.items()})


def _seed(place: server.Place) -> None:
    with place.serve() as process:
        server.register(process)
    found = postgres.run(DATABASE, "select string_agg(id::text, ',' order by id) from workspaces")
    expected = ",".join(str(number) for number in range(1, server.WORKSPACES + 1))
    if found != expected:
        raise SystemExit(f"the workspaces are {found}, not {expected}: the seed does not fit")
    for name in ("peer", "ours"):
        postgres.run(DATABASE, (SEEDS / f"{name}.sql").read_text())


def _peer(url: str, reference: Reference, database: int) -> Load:
    with tempfile.TemporaryDirectory() as folder, server.start_peer(url, Path(folder)) as process:
        requests = operations.peer_requests(process.base, server.WORKSPACES)
        reference.check("graphql-yoga", requests)
        return load.run(requests, process.pid, database, SECONDS)


def _ours(
    place: server.Place,
    settings: dict[str, str],
    made: operations.Operations,
    reference: Reference,
    database: int,
) -> dict[str, Load]:
    with place.serve(settings) as process:
        requests = made.requests(process.base, server.sign_in(process))
        reference.check("Fanfare", requests["list"])
        for of_one in requests.values():
            for request in of_one:
                request.json()
        measured = {
            name: load.run(of_one, process.pid, database, SECONDS) for name, of_one in requests.items()
        }
        reference.check("Fanfare, after the load", requests["list"])
        return measured


def _figures(loads: dict[str, Load]) -> list[Figure]:
    peer = loads["peer"]
    figures = _of("list of posts, graphql-yoga", peer)
    figures.append(Figure("list of posts, graphql-yoga: memory under load", peer.peak_mib, "MiB", NAME))
    for mode in MODES:
        for name, label in LABELS.items():
            measured = loads[f"{mode} {name}"]
            aim = {"below": FRESH_CPU_SECONDS} if (mode, name) == ("fresh", "list") else None
            figures += _of(f"{label}, {mode}", measured, aim)
            if name == "list":
                times = measured.requests_per_second / peer.requests_per_second
                aim = {"above": TIMES_PEER[mode]}
                figures.append(Figure(f"{label}, {mode}: times graphql-yoga", times, "times", NAME, aim))
                aim = {"below": LOADED_MIB}
                figures.append(Figure(f"{label}, {mode}: memory under load", measured.peak_mib, "MiB", NAME, aim))
        times = loads[f"{mode} REST"].cpu_seconds / loads[f"{mode} REST's operation"].cpu_seconds
        aim = {"below": REST_TIMES_OPERATION}
        figures.append(Figure(f"REST's list, {mode}: times its operation's CPU", times, "times", NAME, aim))
    return figures


def _of(label: str, measured: Load, cpu_aim: dict[str, float] | None = None) -> list[Figure]:
    return [
        Figure(f"{label}: requests", measured.requests_per_second, "1/s", NAME),
        Figure(f"{label}: p99", measured.p99_ms, "ms", NAME),
        Figure(f"{label}: CPU of 1,000", measured.cpu_seconds, "s", NAME, cpu_aim),
        Figure(f"{label}: PostgreSQL's CPU of 1,000", measured.postgres_cpu_seconds, "s", NAME),
        Figure(f"{label}: answer", measured.answer_kb, "kB", NAME),
    ]

"""Ten thousand subscriptions, held by one client: memory of each, and how long an event takes to the last.

The peer is one process: its events reach the subscribers of their own process only. Our server runs on SQLite.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import exchange
import machine
import server
from exchange import Request
from figures import Figure

SOURCE = Path(__file__).with_name("hold.c")
SUBSCRIPTIONS = 10_000
# Files that either side needs in addition to the connections.
OTHER_FILES = 300
EVENTS = 7
SETTLE_SECONDS = 3
PAUSE_SECONDS = 0.5

# What an event tells itself, and what is read for it. Everyone has the same rights.
OURS = {
    "Fanfare": "subscription { activity(kinds: [POST_CREATED]) { cursor kind summary } }",
    "Fanfare, with rows": """subscription { activity(kinds: [POST_CREATED]) {
        cursor kind summary actor { id } subject { id ... on Post { content status targets { id status } } } } }""",
}

CREATE = """
mutation Create($input: CreatePostInput!) { createPost(input: $input) { post { id } userErrors { message } } }
"""


class Holder:
    """The client that holds the subscriptions."""

    def __init__(self, binary: Path, base: str, path: str, token: str | None, subscription: str) -> None:
        at = urlsplit(base)
        upgrade = (
            f"GET {path} HTTP/1.1\r\nHost: {at.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        )
        init: dict[str, Any] = {"type": "connection_init"}
        if token is not None:
            init["payload"] = {"Authorization": f"Bearer {token}"}
        subscribe = {"id": "1", "type": "subscribe", "payload": {"query": subscription}}
        self._child = subprocess.Popen(
            [str(binary), str(at.port), upgrade, json.dumps(init), json.dumps(subscribe)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, command: bytes) -> dict[str, Any]:
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.stdin.write(command)
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        if not answer:
            raise SystemExit("the client of the subscriptions ended")
        return json.loads(answer)

    def __enter__(self) -> Holder:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._child.wait()


def measure() -> list[Figure]:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    count = SUBSCRIPTIONS if files == resource.RLIM_INFINITY else min(SUBSCRIPTIONS, files - OTHER_FILES)
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder) / "hold"
        subprocess.run(["cc", "-O2", "-Wall", "-o", str(binary), str(SOURCE)], check=True)
        machine.wait_until_quiet()
        with server.start_peer("postgres://127.0.0.1/none", Path(folder), workers=1) as peer:
            subscription = "subscription { activity(workspaceId: 1) { cursor kind summary } }"
            publish = exchange.graphql(f"{peer.base}/graphql", "mutation { publish(workspaceId: 1) }", {})
            with Holder(binary, peer.base, "/graphql", None, subscription) as holder:
                figures += _figures("graphql-yoga", count, peer, holder, lambda _number: publish)
        for name, subscription in OURS.items():
            figures += _measure_ours(name, subscription, count, binary)
    return figures


def _measure_ours(name: str, subscription: str, count: int, binary: Path) -> list[Figure]:
    with server.Place() as place, place.serve() as ours:
        server.register(ours, 1)
        (token,) = server.sign_in(ours, 1)

        def create(number: int) -> Request:
            post = {"input": {"content": f"Event {number}", "accountIds": []}}
            return exchange.graphql(f"{ours.base}/graphql", CREATE, post, token)

        with Holder(binary, ours.base, "/graphql/ws", token, subscription) as holder:
            return _figures(name, count, ours, holder, create)


def _figures(
    name: str, count: int, process: server.Process, holder: Holder, publish: Callable[[int], Request]
) -> list[Figure]:
    time.sleep(SETTLE_SECONDS)
    rest = machine.resident_mib(process.pid)
    opened = holder.ask(f"open {count}\n".encode())
    if opened["live"] != count:
        raise SystemExit(f"{name}: {opened['live']} of {count} subscriptions are open")
    time.sleep(SETTLE_SECONDS)
    lasts = []
    cpu = machine.cpu_seconds(process.pid)
    for number in range(EVENTS):
        raw = publish(number).raw()
        event = holder.ask(f"publish {len(raw)}\n".encode() + raw)
        if event["got"] != count or event["extra"] or not event["ok"]:
            raise SystemExit(f"{name}: not every subscription has the event exactly once: {event}")
        lasts.append(event["last_ms"])
        time.sleep(PAUSE_SECONDS)
    cpu = machine.cpu_seconds(process.pid) - cpu
    each = (machine.resident_mib(process.pid) - rest) * 1024 * 1024 / 1000 / count
    label = f"{count:,} subscriptions, {name}"
    return [
        Figure(f"{label}: memory of each", each, "kB"),
        Figure(f"{label}: request to last event, median", statistics.median(lasts), "ms"),
        Figure(f"{label}: request to last event, worst", max(lasts), "ms"),
        Figure(f"{label}: CPU of an event", cpu * 1000 / EVENTS, "ms"),
    ]

"""How long a read takes in a workspace with a long history, compared with a short one in the same database.

PostgreSQL has 1,000,000 posts and 10,000,000 events by default, SQLite fewer: GROWTH_POSTS and GROWTH_SQLITE_POSTS say
how many. Every read goes to the database.
"""

from __future__ import annotations

import datetime
import http.client
import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import exchange
import growth_seed
import machine
import operations
import postgres
import server
from exchange import Request, global_id
from figures import Figure
from growth_seed import History

DATABASE = "bench_growth"
SHORT = 10_000
LONG = int(os.environ.get("GROWTH_POSTS", "1000000"))
LONG_SQLITE = int(os.environ.get("GROWTH_SQLITE_POSTS", "200000"))
ROUNDS = 100
WARM_UP_ROUNDS = 5
# A read that grows with the history may take seconds: fewer rounds are enough then.
SECONDS = 20.0
LEAST_ROUNDS = 5
TIMES_SHORT = 1.2
SEARCH_MS = 100.0

# Where the aim is a ratio of the long to the short history.
READS = {
    "list of posts": operations.query("list"),
    "calendar": operations.query("calendar"),
    "inbox": operations.query("inbox_page"),
    "analytics": operations.query("analytics"),
    "list's total": "query($workspace: ID!) { posts(workspaceId: $workspace, first: 1) { totalCount } }",
    "list's total of a status": """
query($workspace: ID!) { posts(workspaceId: $workspace, first: 1, filter: { statuses: [PUBLISHED] }) { totalCount } }
""",
    "unread messages": "query($workspace: ID!) { inboxUnreadCount(workspaceId: $workspace) }",
    "posts of each account": "query($workspace: ID!) { accounts(workspaceId: $workspace) { nodes { postCount } } }",
}
# They count row by row. Whatever they cost, it is worth knowing.
COUNTS = {
    "comments' total": """
query($workspace: ID!) { inboxMessages(workspaceId: $workspace, first: 1, filter: { types: [COMMENT] }) { totalCount } }
""",
}
SEARCH = """
query($workspace: ID!, $text: String!) {
  posts(workspaceId: $workspace, first: 20, filter: { text: $text }) { nodes { id content } }
}
"""
INBOX_SEARCH = """
query($workspace: ID!, $text: String!) {
  inboxMessages(workspaceId: $workspace, first: 20, filter: { query: $text }) { nodes { id text } }
}
"""
# Long enough to measure what is far from its aim.
PATIENT = {"FANFARE_DB_READ_SECONDS": "60", "FANFARE_REQUEST_TIMEOUT_SECONDS": "90"}
SEARCHES = {
    "search for a rare word": (SEARCH, growth_seed.RARE_WORD),
    "search for an absent word": (SEARCH, growth_seed.ABSENT_WORD),
    "inbox search for a rare word": (INBOX_SEARCH, growth_seed.RARE_WORD),
    "inbox search for an absent word": (INBOX_SEARCH, growth_seed.ABSENT_WORD),
}


def measure() -> list[Figure]:
    url = postgres.create(DATABASE)
    figures = []
    with server.Place(url) as place:

        def fill(sql: list[str]) -> None:
            postgres.run(DATABASE, ";\n".join(["set synchronous_commit to off", *sql, "vacuum analyze"]) + ";")

        figures += _measure_in(place, "PostgreSQL", LONG, growth_seed.POSTGRES, fill)
    postgres.run("postgres", f"drop database {DATABASE} with (force);")
    with server.Place() as place:

        def fill_file(sql: list[str]) -> None:
            with sqlite3.connect(place.folder / "data/fanfare.db") as connection:
                connection.executescript(";\n".join(["begin", *sql, "commit", "analyze"]) + ";")
            connection.close()

        figures += _measure_in(place, "SQLite", LONG_SQLITE, growth_seed.SQLITE, fill_file)
    return figures


def _measure_in(
    place: server.Place,
    database: str,
    long: int,
    dialect: growth_seed.Dialect,
    fill: Callable[[list[str]], None],
) -> list[Figure]:
    with place.serve() as process:
        server.register(process, 2)
    for history in (History(1, SHORT, 0), History(2, long, SHORT)):
        print(f"{database}: seeding {history.posts:,} posts", file=sys.stderr, flush=True)
        fill(growth_seed.statements(history, dialect))
    with place.serve(server.FRESH | PATIENT) as process:
        tokens = server.sign_in(process, 2)
        machine.wait_until_quiet()
        return _times(process.base, tokens, database, long)


def _times(base: str, tokens: list[str], database: str, long: int) -> list[Figure]:
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=120)
    figures = []

    def both(document: str, **variables: str) -> tuple[float, float]:
        """The middle times of the short and the long history, in milliseconds, asked in turn."""
        requests = [_request(base, document, workspace, tokens[workspace - 1], variables) for workspace in (1, 2)]
        times: list[list[float]] = [[], []]
        end = time.monotonic() + SECONDS
        while len(times[0]) < WARM_UP_ROUNDS + ROUNDS:
            if time.monotonic() > end and len(times[0]) >= WARM_UP_ROUNDS + LEAST_ROUNDS:
                break
            for request, of_one in zip(requests, times, strict=True):
                of_one.append(_milliseconds(connection, request))
        short_ms, long_ms = (statistics.median(of_one[WARM_UP_ROUNDS:]) for of_one in times)
        return short_ms, long_ms

    for name, document in (READS | COUNTS).items():
        short_ms, long_ms = both(document)
        figures.append(Figure(f"{name}, {SHORT:,} posts", short_ms, "ms", database))
        figures.append(Figure(f"{name}, {long:,} posts", long_ms, "ms", database))
        aim = {"below": TIMES_SHORT} if name in READS else None
        figures.append(Figure(f"{name}: {long:,} posts, compared with {SHORT:,}", long_ms / short_ms, "times", database, aim))
    for name, (document, word) in SEARCHES.items():
        _, long_ms = both(document, text=word)
        aim = {"below": SEARCH_MS}
        figures.append(Figure(f"{name}, {long:,} posts", long_ms, "ms", database, aim))
    connection.close()
    return figures


def _request(base: str, document: str, workspace: int, token: str, variables: dict[str, str]) -> Request:
    today = datetime.datetime.now(datetime.UTC).date()
    all_variables: dict[str, Any] = {"workspace": global_id("workspace", workspace), **variables}
    if "$start" in document:
        all_variables |= {"start": str(today - datetime.timedelta(days=29)), "end": str(today)}
    return exchange.graphql(f"{base}/graphql", document, all_variables, token)


def _milliseconds(connection: http.client.HTTPConnection, request: Request) -> float:
    begun = time.perf_counter()
    connection.request(request.method, urlsplit(request.url).path, request.body, request.headers)
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - begun) * 1000
    if answer.status != http.client.OK or b'"errors"' in body:
        raise SystemExit(f"{request.body[:300]!r} was answered {answer.status}: {body[:600]!r}")
    return took

"""The operations that are measured: a request for each workspace, so that no server answers one list all the time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import exchange
import postgres
from exchange import Request, global_id
from figures import ROOT

QUERIES = Path(__file__).with_name("queries")
# The operations that the REST routes run.
REST = ROOT / "crates/edge/src/rest/operations"

# A published post with three targets in each workspace, and the newest message.
POSTS = """
select min(id) from posts where status = 'published' and id % 3 = 2 group by workspace_id order by workspace_id
"""
MESSAGES = "select max(id) from inbox_messages group by workspace_id order by workspace_id"
PERIOD = {"start": "2026-05-01", "end": "2026-05-31"}


def query(name: str) -> str:
    return (QUERIES / f"{name}.graphql").read_text()


def _rest_operation(name: str) -> str:
    """The document of a REST route with the fragments that it spreads, and those that they spread."""
    fragments = {
        found[1]: text
        for text in (path.read_text() for path in sorted((REST / "fragments").glob("*.graphql")))
        if (found := re.match(r"fragment (\w+) on", text))
    }
    document = (REST / f"{name}.graphql").read_text()
    spread: set[str] = set()
    while missing := set(re.findall(r"\.\.\.(\w+)", document)) - spread:
        spread |= missing
        document += "".join(fragments[fragment] for fragment in sorted(missing))
    return document


class Operations:
    """The requests to our server, by the name of what is measured."""

    def __init__(self, database: str) -> None:
        self._posts = [int(row) for row in postgres.run(database, POSTS).split()]
        self._messages = [int(row) for row in postgres.run(database, MESSAGES).split()]

    def requests(self, base: str, tokens: Sequence[str]) -> dict[str, list[Request]]:
        """`tokens`: of the user of each workspace."""
        url = f"{base}/graphql"
        made: dict[str, list[Request]] = {}
        for index, token in enumerate(tokens):
            workspace = {"workspace": global_id("workspace", index + 1)}
            message = {"message": global_id("inbox_message", self._messages[index])}
            post = {"post": global_id("post", self._posts[index])}
            page = {"first": 20, "offset": 0}
            for name, request in {
                "list": exchange.graphql(url, query("list"), workspace, token),
                "inbox": exchange.graphql(url, query("inbox"), {**workspace, **message}, token),
                "post": exchange.graphql(url, query("post"), post, token),
                "analytics": exchange.graphql(url, query("analytics"), {**workspace, **PERIOD}, token),
                "REST's operation": exchange.graphql(url, _rest_operation("list_posts"), page, token),
                "REST": exchange.get(f"{base}/api/sns/posts?limit=20", token),
            }.items():
                made.setdefault(name, []).append(request)
        return made


def peer_requests(base: str, workspaces: int) -> list[Request]:
    """The list of each workspace, from the peer."""
    document = query("list.peer")
    return [
        exchange.graphql(f"{base}/graphql", document, {"workspace": workspace})
        for workspace in range(1, workspaces + 1)
    ]

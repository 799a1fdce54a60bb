"""What the list of posts must be, compared with what a server answers."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import postgres
from exchange import Request

SQL = Path(__file__).with_name("seed") / "reference.sql"


class Reference:
    """The newest 20 posts of each workspace, by SQL."""

    def __init__(self, database: str) -> None:
        rows = json.loads(postgres.run(database, f"set timezone to 'UTC';\n{SQL.read_text()}"))
        self._lists = [_plain(row) for row in rows]

    def check(self, name: str, requests: Sequence[Request]) -> None:
        """Ends the program where an answer is another one. One request for each workspace, in their order."""
        for workspace, (request, expected) in enumerate(zip(requests, self._lists, strict=True), start=1):
            answer = _plain(request.json()["data"]["posts"])
            if answer != expected:
                raise SystemExit(
                    f"{name}: a wrong list for workspace {workspace}:\n{json.dumps(answer)[:800]}\n"
                    f"expected:\n{json.dumps(expected)[:800]}"
                )


def _plain(value: Any) -> Any:
    """One form for all servers: lists without a connection, ids as numbers, instants as microseconds."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "nodes" in value:
        return _plain(value["nodes"])
    return {key: _field(key, item) for key, item in value.items()}


def _field(key: str, value: Any) -> Any:
    if value is None:
        return None
    if key == "id":
        return _row(value)
    if key.endswith("At"):
        return round(datetime.fromisoformat(value).timestamp() * 1_000_000)
    # A 64-bit number travels as text.
    return int(value) if key == "followersCount" else _plain(value)


def _row(identity: int | str) -> int:
    """The row that a global id stands for."""
    if isinstance(identity, int):
        return identity
    try:
        padded = identity + "=" * (-len(identity) % 4)
        return int(base64.urlsafe_b64decode(padded).decode().rpartition(":")[2])
    except (binascii.Error, ValueError) as error:
        raise SystemExit(f"not a global id: {identity}") from error

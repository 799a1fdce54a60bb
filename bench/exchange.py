"""Requests to a server and what it answers."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


def global_id(kind: str, row: int) -> str:
    """The `ID` of a row in the GraphQL API."""
    return base64.urlsafe_b64encode(f"{kind}:{row}".encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Request:
    """One HTTP request."""

    method: str
    url: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def send(self) -> tuple[bytes, int]:
        """The body of the answer, and the length of the whole answer with its head."""
        request = urllib.request.Request(self.url, self.body or None, self.headers, method=self.method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                body = answer.read()
                head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
                return body, len("HTTP/1.1 200 OK\r\n\r\n") + head + len(body)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{self.method} {self.url}: {error.code} {error.read()[:600]!r}") from error

    def json(self) -> Any:
        """The answer as JSON. A GraphQL answer with errors ends the program."""
        answer = json.loads(self.send()[0])
        if isinstance(answer, dict) and answer.get("errors"):
            raise SystemExit(f"{self.url} answered with errors: {json.dumps(answer['errors'])[:600]}")
        return answer

    def raw(self) -> bytes:
        """The bytes that go over the connection."""
        target = urlsplit(self.url)
        path = f"{target.path or '/'}{'?' + target.query if target.query else ''}"
        headers = {"Host": target.netloc, **self.headers, "Content-Length": str(len(self.body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {path} HTTP/1.1\r\n{head}\r\n".encode() + self.body


def get(url: str, token: str | None = None) -> Request:
    return Request("GET", url, headers=_headers(token))


def post(url: str, content: dict[str, Any], token: str | None = None) -> Request:
    headers = {"Content-Type": "application/json", **_headers(token)}
    return Request("POST", url, json.dumps(content).encode(), headers)


def graphql(url: str, document: str, variables: dict[str, Any], token: str | None = None) -> Request:
    return post(url, {"query": document, "variables": variables}, token)


def _headers(token: str | None) -> dict[str, str]:
    accept = {"Accept": "application/json"}
    return accept if token is None else {**accept, "Authorization": f"Bearer {token}"}

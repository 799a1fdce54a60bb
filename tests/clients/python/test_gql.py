"""gql, the usual GraphQL client of Python, against the server at BASE_URL."""

import asyncio
import datetime
import os
import unittest
import uuid
from contextlib import aclosing
from typing import Any

from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

URL = os.environ["BASE_URL"].rstrip("/") + "/graphql"
SECONDS = 60

REGISTER = """
    mutation ($input: RegisterInput!) {
      register(input: $input) { session { accessToken } userErrors { code message path } }
    }
"""
LINK = """
    mutation ($input: LinkAccountInput!) {
      linkAccount(input: $input) { account { id } userErrors { code message path } }
    }
"""
CREATE = """
    mutation ($input: CreatePostInput!) {
      createPost(input: $input) {
        cursor postEdge { cursor node { id content } } userErrors { code message path }
      }
    }
"""
SCHEDULE = """
    mutation ($input: SchedulePostInput!) {
      schedulePost(input: $input) { post { status } userErrors { code message path } }
    }
"""
POSTS = """
    query ($first: Int!, $after: String) {
      posts(first: $first, after: $after) {
        nodes { content } pageInfo { hasNextPage endCursor } totalCount
      }
    }
"""
STATUSES = """
    subscription ($postId: ID!, $after: String) {
      postStatus(postId: $postId, after: $after) { cursor post { id status } }
    }
"""


def http(token: str | None = None) -> Client:
    """A client that holds each document against the schema, which the server tells it."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = AIOHTTPTransport(url=URL, headers=headers)
    return Client(transport=transport, fetch_schema_from_transport=True)


async def write(session: AsyncClientSession, document: str, **values: Any) -> dict[str, Any]:
    """The payload of the document's one mutation, which had nothing against the input."""
    data = await session.execute(GraphQLRequest(document, variable_values={"input": values}))
    payload: dict[str, Any] = next(iter(data.values()))
    if payload["userErrors"]:
        raise AssertionError(payload["userErrors"])
    return payload


async def register() -> str:
    """The access token of a user whom no other test knows."""
    async with http() as session:
        email, password = f"python-{uuid.uuid4()}@example.com", f"long enough {uuid.uuid4()}"
        payload = await write(session, REGISTER, email=email, password=password, name="P")
    token: str = payload["session"]["accessToken"]
    return token


async def every_post(session: AsyncClientSession) -> list[str]:
    """The texts of all posts, read by pages of two."""
    texts: list[str] = []
    after = None
    while True:
        variables = {"first": 2, "after": after}
        data = await session.execute(GraphQLRequest(POSTS, variable_values=variables))
        texts += [post["content"] for post in data["posts"]["nodes"]]
        page = data["posts"]["pageInfo"]
        if not page["hasNextPage"]:
            return texts
        after = page["endCursor"]


async def scheduled(token: str, post: str, after: str) -> None:
    """Follows a post until it is scheduled."""
    authorization = {"Authorization": f"Bearer {token}"}
    # Of several it would take the wrong one: it looks for the server's choice under a name in other letters.
    protocols = [WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
    url = URL.replace("http", "ws", 1) + "/ws"
    socket = WebsocketsTransport(url=url, init_payload=authorization, subprotocols=protocols)
    request = GraphQLRequest(STATUSES, variable_values={"postId": post, "after": after})
    async with Client(transport=socket) as session:
        async with aclosing(session.subscribe(request)) as answers:
            async for answer in answers:
                if answer["postStatus"]["post"]["status"] == "SCHEDULED":
                    return
    raise AssertionError("the subscription ended")


class Gql(unittest.IsolatedAsyncioTestCase):
    async def test_gql_writes_pages_and_follows_a_status(self) -> None:
        token = await register()
        async with http(token) as session:
            account = await write(session, LINK, platform="TWITTER", name="Ada")
            accounts = [account["account"]["id"]]
            for text in ["one", "two", "three"]:
                post = await write(session, CREATE, content=text, accountIds=accounts)
            self.assertEqual(post["postEdge"]["node"]["content"], "three")
            self.assertEqual(await every_post(session), ["three", "two", "one"])

            tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
            node = post["postEdge"]["node"]["id"]
            await write(session, SCHEDULE, id=node, scheduledAt=tomorrow.isoformat())
        await asyncio.wait_for(scheduled(token, node, post["cursor"]), SECONDS)

    async def test_gql_is_told_what_is_wrong_with_a_request(self) -> None:
        async with http(await register()) as session:
            with self.assertRaises(TransportQueryError) as refusal:
                await session.execute(GraphQLRequest(POSTS, variable_values={"first": 0}))
        errors = refusal.exception.errors or []
        self.assertEqual([error["extensions"]["code"] for error in errors], ["BAD_USER_INPUT"])

"""A client that openapi-python-client made from the OpenAPI document, against the server at BASE_URL."""

import io
import os
import unittest
import uuid
import zipfile

from fanfare_rest import AuthenticatedClient, Client
from fanfare_rest.api.accounts import link_account
from fanfare_rest.api.auth import get_personal_data, register
from fanfare_rest.api.posts import create_post, get_post, list_posts
from fanfare_rest.models import (
    CreatePostRequest,
    CreatePostResponse,
    Error,
    GetPostResponse,
    LinkAccountRequest,
    LinkAccountResponse,
    ListPostsResponse,
    Platform,
    PostStatus,
    RegisterRequest,
    Session,
)
from fanfare_rest.types import File

URL = os.environ["BASE_URL"].rstrip("/") + "/api"


def sign_up() -> AuthenticatedClient:
    """A client for a user whom no other test knows."""
    email, password = f"rest-{uuid.uuid4()}@example.com", f"long enough {uuid.uuid4()}"
    body = RegisterRequest(email=email, password=password, name="R")
    with Client(base_url=URL) as nobody:
        session = register.sync(client=nobody, body=body)
    assert isinstance(session, Session), session
    return AuthenticatedClient(base_url=URL, token=session.access_token)


def draft(client: AuthenticatedClient, content: str) -> CreatePostResponse | Error | None:
    """A draft for an account that is connected for it."""
    account = LinkAccountRequest(platform=Platform.TWITTER, account_name="Ada")
    linked = link_account.sync(client=client, body=account)
    assert isinstance(linked, LinkAccountResponse), linked
    post = CreatePostRequest(content=content, account_ids=[linked.id])
    return create_post.sync(client=client, body=post)


class Rest(unittest.TestCase):
    def setUp(self) -> None:
        self.client = self.enterContext(sign_up())

    def test_a_generated_client_writes_and_reads(self) -> None:
        created = draft(self.client, "hello")
        assert isinstance(created, CreatePostResponse), created
        read = get_post.sync(created.id, client=self.client)
        assert isinstance(read, GetPostResponse), read
        self.assertEqual(read.post.content, "hello")
        listed = list_posts.sync(client=self.client, status=[PostStatus.DRAFT], limit=1)
        assert isinstance(listed, ListPostsResponse), listed
        self.assertEqual([item.id for item in listed.posts], [created.id])

    def test_a_generated_client_is_told_what_is_wrong(self) -> None:
        refused = draft(self.client, "")
        assert isinstance(refused, Error), refused
        self.assertEqual(refused.code, "POST_CONTENT_EMPTY")

    def test_a_generated_client_downloads_the_personal_data(self) -> None:
        data = get_personal_data.sync(client=self.client)
        assert isinstance(data, File), data
        self.assertTrue(zipfile.is_zipfile(io.BytesIO(data.payload.read())))

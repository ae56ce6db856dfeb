"""The communicator that makes HTTP requests."""

from __future__ import annotations

import gc

import pytest

from ..support.senders import sender

pytestmark = pytest.mark.django_db


async def test_http_scope_is_made_from_the_path(channels):
    communicator = channels.testing.HttpCommunicator(
        sender(), "get", "/caf%C3%A9/?q=%C3%A9", headers=[(b"a", b"b")]
    )
    assert communicator.scope == {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/café/",
        "query_string": b"q=%C3%A9",
        "headers": [(b"a", b"b")],
    }


async def test_http_response_is_put_together(channels):
    communicator = channels.testing.HttpCommunicator(
        sender(
            {"type": "http.response.start", "status": 201},
            {"type": "http.response.body", "body": b"a", "more_body": True},
            {"type": "http.response.body", "body": b"b"},
        ),
        "POST",
        "/",
        body=b"x",
    )
    response = await communicator.get_response()
    assert response == {"status": 201, "headers": [], "body": b"ab"}


async def test_http_request_is_sent_once(channels):
    seen = []

    async def application(scope, receive, send):
        seen.append(await receive())
        for _ in range(2):
            await send({"type": "http.response.start", "status": 200, "headers": [1]})
            await send({"type": "http.response.body", "body": b""})

    communicator = channels.testing.HttpCommunicator(application, "POST", "/", b"x")
    assert (await communicator.get_response())["headers"] == [1]
    assert (await communicator.get_response(timeout=30))["status"] == 200
    assert seen == [{"type": "http.request", "body": b"x"}]


# The reference's communicator complains when it is deleted half made, so it has
# to be deleted here and not in a later test.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_http_body_must_be_bytes(channels):
    with pytest.raises(AssertionError):
        channels.testing.HttpCommunicator(sender(), "POST", "/", body="text")
    gc.collect()

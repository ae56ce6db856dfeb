"""ProtocolTypeRouter without an "http" key: Django's views, as in channels 3."""

from __future__ import annotations

import warnings
from types import MappingProxyType

import pytest
from django.http import HttpResponse
from django.urls import path

from ..support.http_handler import respond
from ..support.routing import app, raises_with_hints, run

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

until_4 = pytest.mark.until("4.0", "HTTP is an error there")


def _hello(request):
    return HttpResponse("hello")


urlpatterns = [path("hello/", _hello)]


@until_4
def test_the_mapping_gets_one_key(channels):
    """It is the mapping of the caller, which stays the one of the router."""
    handler = channels.http.AsgiHandler
    mapping = {"websocket": app("websocket")}
    router = channels.routing.ProtocolTypeRouter(mapping)
    assert router.application_mapping is mapping
    assert list(mapping) == ["websocket", "http"]
    assert isinstance(mapping["http"], handler)


@until_4
@pytest.mark.django_db
async def test_views_answer(channels, settings):
    settings.ROOT_URLCONF = __name__
    assert channels.http
    router = channels.routing.ProtocolTypeRouter({"websocket": app("websocket")})
    for _ in range(2):
        start, body = await respond(router, path="/hello/")
        assert (start["status"], body["body"]) == (200, b"hello")
    start, _ = await respond(router, path="/nothing/")
    assert start["status"] == 404


@pytest.mark.since("4.0", "the handler of channels 3 is put into the mapping")
def test_a_mapping_that_cannot_be_changed_stays_as_it_is(channels):
    """HTTP is an error then."""
    mapping = MappingProxyType({"websocket": app("websocket")})
    router = channels.routing.ProtocolTypeRouter(mapping)
    assert run(router({"type": "websocket"}, None, None)).name == "websocket"
    with raises_with_hints("No application configured for scope type 'http'"):
        run(router({"type": "http"}, None, None))


async def test_an_application_of_the_project_may_refuse(channels):
    """As docs/migrating.md has it."""

    async def no_pages(scope, receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body"})

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        router = channels.routing.ProtocolTypeRouter({"http": no_pages})
    start, _ = await respond(router, path="/hello/")
    assert start["status"] == 404

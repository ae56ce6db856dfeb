"""The page of a path without a route, over HTTP and while DEBUG is on."""

from __future__ import annotations

import pytest
from django.urls import path

from channels_fast.routing import URLRouter
from tests.support.misses import answers, nobody, routes
from tests.support.routing import no_route


@pytest.fixture
def _debug(settings):
    settings.DEBUG = True


async def page_of(router, target="/x", **scope):
    start, body = await answers(router, target, type="http", **scope)
    assert start["status"] == 404
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"text/html; charset=utf-8"
    assert headers[b"content-length"] == str(len(body["body"])).encode()
    return body["body"].decode()


@pytest.mark.usefixtures("_debug")
@pytest.mark.parametrize("on_miss", ["deny", "close"])
async def test_a_page_lists_the_routes_while_debug_is_on(on_miss):
    inner = URLRouter([path("b/<int:n>/", nobody, name="inner")])
    router = URLRouter([path("a/", nobody), path("in/", inner)], on_miss=on_miss)
    page = await page_of(router, "/in/b/7")
    assert "<code>&#x27;/in/b/7&#x27;</code>" in page
    assert "<li><code>a/</code> tests.support.misses.nobody\n" in page
    assert (
        "<li><code>in/b/&lt;int:n&gt;/</code> tests.support.misses.nobody "
        "[name=&#x27;inner&#x27;]" in page
    )
    assert "With a slash at the end, the route &#x27;in/b/&lt;int:n&gt;/&#x27;" in page


@pytest.mark.usefixtures("_debug")
async def test_everything_on_the_page_is_escaped():
    script = "<script>alert(1)</script>"
    nobody.__qualname__, name = f"nobody{script}", nobody.__qualname__
    try:
        router = URLRouter([path("a/", nobody, name=script)], on_miss="deny")
        page = await page_of(router, f"/{script}\ud800{{path}}", root_path=script)
    finally:
        nobody.__qualname__ = name
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 4


@pytest.mark.usefixtures("_debug")
async def test_a_page_with_thousands_of_routes_ends():
    router = URLRouter([path(f"a{n}/", nobody) for n in range(2000)], on_miss="deny")
    page = await page_of(router)
    assert page.count("<li>") == 501
    assert "<li>and 1500 more" in page


async def test_without_debug_there_is_no_page():
    _, body = await answers(URLRouter(routes(), on_miss="deny"), type="http")
    assert body["body"] == b"Not Found"


@pytest.mark.usefixtures("_debug")
async def test_raise_has_no_page():
    with no_route("x"):
        await answers(URLRouter(routes()), type="http")

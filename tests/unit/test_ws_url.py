"""`{% ws_url %}`, the template tag."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest
from django.template import Context, Engine, RequestContext, TemplateSyntaxError
from django.test import RequestFactory
from django.urls import NoReverseMatch, include, path
from django.utils.html import escape

from channels_fast.routing import URLRouter
from tests.support.routing import app

ENGINE = Engine(
    libraries={"channels_fast": "channels_fast.templatetags.channels_fast"},
    builtins=["channels_fast.templatetags.channels_fast"],
)
# Where the tag comes by `{% load %}` alone.
BARE = Engine(libraries=ENGINE.libraries)


@pytest.fixture(autouse=True)
def _application(settings, monkeypatch):
    rooms = [path("<str:room>/", app("room"), name="room")]
    module = ModuleType("an_asgi_module")
    module.application = URLRouter(
        [
            path("first/", include((rooms, "chat"), namespace="first")),
            path("last/", include((rooms, "chat"), namespace="last")),
        ]
    )
    monkeypatch.setitem(sys.modules, "an_asgi_module", module)
    settings.ASGI_APPLICATION = "an_asgi_module.application"


def render(text, request=None, **values):
    template = ENGINE.from_string(text)
    if request is None:
        return template.render(Context(values))
    return template.render(RequestContext(request, values))


@pytest.mark.parametrize("load", ["channels_fast", "ws_url from channels_fast"])
def test_the_library_is_loaded_by_the_name_of_the_package(load):
    text = f'{{% load {load} %}}{{% ws_url "chat:room" room=1 %}}'
    assert BARE.from_string(text).render(Context()) == "/last/1/"


@pytest.mark.parametrize(("secure", "scheme"), [(False, "ws"), (True, "wss")])
def test_the_address_has_the_scheme_and_the_host_of_the_page(secure, scheme):
    request = RequestFactory().get("/page/", secure=secure)
    text = '{% ws_url "chat:room" room=name %}'
    assert render(text, request, name="a b") == f"{scheme}://testserver/last/a%20b/"


def test_a_request_that_is_passed_as_a_variable_will_do():
    request = RequestFactory().get("/", SERVER_PORT="8000")
    text = '{% ws_url "chat:room" 1 %}'
    assert render(text, request=request) == "ws://testserver:8000/last/1/"


@pytest.mark.parametrize("request_of_another_kind", [None, "", {"path": "/"}])
def test_without_a_request_it_is_the_path(request_of_another_kind):
    values = {"request": request_of_another_kind}
    template = ENGINE.from_string('{% ws_url "chat:room" 1 %}')
    assert template.render(Context(values)) == "/last/1/"


def test_it_is_escaped_as_by_the_tag_of_django():
    text = '{% ws_url "chat:room" name %}'
    assert render(text, name="a&'") == escape("/last/a&'/")
    assert render(f"{{% autoescape off %}}{text}{{% endautoescape %}}", name="a&'") == (
        "/last/a&'/"
    )


def test_it_is_kept_in_a_variable_without_being_escaped():
    text = '{% ws_url "chat:room" name as address %}[{{ address }}]'
    assert render(text, name="a&b") == "[/last/a&amp;b/]"


def test_a_name_that_is_not_there_is_an_error_or_an_empty_variable():
    with pytest.raises(NoReverseMatch, match="that there are: "):
        render('{% ws_url "nope" %}')
    with pytest.raises(NoReverseMatch, match="that there are: "):
        render("{% ws_url missing %}")
    assert render('{% ws_url "nope" as address %}[{{ address }}]') == "[]"


@pytest.mark.parametrize("by", ["resolver_match", "current_app"])
def test_the_namespace_of_the_page_is_preferred(by):
    request = RequestFactory().get("/")
    request.resolver_match = SimpleNamespace(namespace="first")
    if by == "current_app":
        request.resolver_match.namespace = "last"
        request.current_app = "first"
    text = '{% ws_url "chat:room" 1 %}'
    assert render(text, request) == "ws://testserver/first/1/"


def test_a_tag_without_a_name_is_an_error_of_syntax():
    with pytest.raises(TemplateSyntaxError, match="'ws_url' takes at least one"):
        render("{% ws_url %}")

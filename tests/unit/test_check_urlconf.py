"""The system check of what stands in Django's own routes."""

from __future__ import annotations

import types

import pytest
from django.core import checks
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views import View

from channels_fast.checks.urlconf import check_urlconf
from channels_fast.routing import URLRouter

from ..support.checks import Chat
from ..support.sources import defined


def view(request):
    return HttpResponse()


def found(settings, *patterns):
    """Return what the check says about a URLconf."""
    settings.ROOT_URLCONF = types.ModuleType("urls")
    settings.ROOT_URLCONF.urlpatterns = list(patterns)
    return list(check_urlconf())


@pytest.mark.parametrize("consumer", [Chat, Chat.as_asgi, Chat.as_asgi()])
def test_a_consumer_among_the_views_is_an_error_with_the_line_to_write(
    consumer, settings
):
    inner = [path("chat/<str:room>/", consumer), path("view/", view)]
    [error] = found(settings, path("ws/", include(inner)))
    assert error.level == checks.ERROR
    assert error.id == "channels_fast.E012"
    assert "route 'ws/chat/<str:room>/': " in error.msg
    assert f"{defined(Chat)} is an application of ASGI and not a view." in error.msg
    assert error.hint.endswith(": path('ws/chat/<str:room>/', Chat.as_asgi()).")


def test_a_regex_is_printed_as_it_was_written(settings):
    [error] = found(settings, re_path(r"^ws/(?P<room>\w+)/$", Chat.as_asgi()))
    assert r"route '^ws/(?P<room>\w+)/$': " in error.msg
    assert r"re_path(r'^ws/(?P<room>\w+)/$', Chat.as_asgi())." in error.hint


def test_a_router_among_the_views_is_an_error(settings):
    [error] = found(settings, path("ws/", URLRouter([])))
    assert "channels_fast.routing.URLRouter (" in error.msg
    assert error.hint.endswith(": path('ws/', URLRouter(...)).")


def test_views_are_none(settings):
    assert found(settings, path("a/", view), path("b/", View.as_view())) == []


def test_a_urlconf_that_cannot_be_read_is_left_to_django(settings):
    settings.ROOT_URLCONF = "no.such.module"
    assert not list(check_urlconf())
    del settings.ROOT_URLCONF
    assert not list(check_urlconf())

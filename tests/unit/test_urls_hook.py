"""Who resolves Django's URLs, and who says so."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.core import checks
from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern

from channels_fast import urls
from channels_fast.urls import _hook
from channels_fast.urls._checks import check_hook

from ..support.engines import WHY_NOT_COMPILED

DJANGOS_OWN = URLResolver.resolve


@pytest.fixture(autouse=True)
def _uninstalled():
    urls.uninstall()
    yield
    urls.uninstall()
    assert URLResolver.resolve is DJANGOS_OWN


def view(request):
    """Answer nothing."""


def test_install_takes_the_place_of_djangos_function_and_keeps_it():
    urls.install()
    urls.install()
    if WHY_NOT_COMPILED:
        assert URLResolver.resolve is DJANGOS_OWN
        assert WHY_NOT_COMPILED in urls.describe()
    else:
        assert URLResolver.resolve.__wrapped__ is DJANGOS_OWN
        assert "Compiled tables answer" in urls.describe()


def test_uninstall_gives_djangos_function_back():
    urls.install()
    urls.uninstall()
    assert URLResolver.resolve is DJANGOS_OWN
    assert "not installed" in urls.describe()
    assert check_hook(None) == []


def test_a_function_that_somebody_has_wrapped_is_left_alone(monkeypatch, caplog):
    def traced(self, given):
        return DJANGOS_OWN(self, given)

    monkeypatch.setattr(URLResolver, "resolve", traced)
    urls.install()
    assert URLResolver.resolve is traced
    if not WHY_NOT_COMPILED:
        assert __name__ in urls.describe()
        assert __name__ in caplog.text
    [message] = check_hook(None)
    assert (message.id, message.level) == ("channels_fast.W019", checks.WARNING)
    monkeypatch.undo()


def test_uninstall_leaves_what_wraps_the_tables():
    urls.install()
    ours = URLResolver.resolve

    def traced(self, given):
        return ours(self, given)

    URLResolver.resolve = traced
    try:
        urls.uninstall()
        assert URLResolver.resolve is traced
        resolver = URLResolver(RegexPattern("^/"), [path("a/", view)])
        for _ in range(3):
            assert resolver.resolve("/a/").func is view
    finally:
        URLResolver.resolve = DJANGOS_OWN


def test_the_application_installs_and_needs_nothing_else():
    """In a project of WSGI, with no other application of this package."""
    program = """if True:
        import sys, django
        from django.conf import settings
        settings.configure(INSTALLED_APPS=["channels_fast.urls"], ROOT_URLCONF=__name__)
        django.setup()
        from django.apps import apps
        from django.core import checks
        from django.urls import URLResolver, path, resolve
        from channels_fast.urls import describe
        urlpatterns = [path("a/<int:b>/", print, name="a")]
        assert apps.get_app_config("channels_fast_urls").name == "channels_fast.urls"
        for _ in range(3):
            assert resolve("/a/7/").kwargs == {"b": 7}
        found = [message.id for message in checks.run_checks()]
        assert "channels" not in sys.modules
        print(describe())
        print(found)
    """
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    described, found = ran.stdout.splitlines()
    if WHY_NOT_COMPILED:
        assert WHY_NOT_COMPILED in described
        assert "channels_fast.W019" in found
    else:
        assert "Compiled tables answer" in described
        assert "channels_fast" not in found


def test_djangos_own_function_is_at_hand():
    assert _hook.STOCK is DJANGOS_OWN


def test_a_wrapper_that_looks_like_what_is_inside_is_left_alone(monkeypatch):
    """As that of New Relic, which is one of wrapt."""

    class Wrapper:
        def __init__(self, wrapped):
            self.__wrapped__ = wrapped

        def __getattr__(self, name):
            return getattr(self.__wrapped__, name)

        def __get__(self, instance, owner):
            return self if instance is None else self.__wrapped__.__get__(instance)

    wrapper = Wrapper(DJANGOS_OWN)
    monkeypatch.setattr(URLResolver, "resolve", wrapper)
    urls.install()
    assert vars(URLResolver)["resolve"] is wrapper
    [message] = check_hook(None)
    assert message.id == "channels_fast.W019"
    monkeypatch.undo()

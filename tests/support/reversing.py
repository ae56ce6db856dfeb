"""
The fixture ``names``: one test body, Django as it is and with ``channels_fast.urls``.

What a test expects has to hold for both. `Names.told` also compares each answer with
that of Django's own functions, at once and for the same objects.
"""

from __future__ import annotations

from contextlib import contextmanager
from types import ModuleType

import pytest
from django.http import HttpResponse
from django.urls import (
    clear_url_caches,
    register_converter,
    reverse,
    set_script_prefix,
    set_urlconf,
)
from django.urls.resolvers import URLResolver
from django.utils import translation

from channels_fast.urls import _reverse

#: What is replaced in ``URLResolver``.
PLACES = [
    *("_reverse_with_prefix", "_populate"),
    *("reverse_dict", "namespace_dict", "app_dict"),
]
LANGUAGES = ["en-us", "de", "nl", None]

#: What the converter "asked" was asked, in order.
ASKED: list[object] = []


def view(request, *args, **kwargs):
    return HttpResponse()


def other_view(request, *args, **kwargs):
    return HttpResponse()


class Asked:
    """Notes what it is asked, and raises what it is given."""

    regex = "[a-z0-9]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        ASKED.append(value)
        if isinstance(value, Exception):
            raise value
        return value


register_converter(Asked, "asked")


class Names:
    """Django's ``reverse()``, with or without the hooks of ``channels_fast.urls``."""

    def __init__(self, is_ours: bool, *, is_first: bool) -> None:
        self.is_ours = is_ours
        #: Whether it answers before Django's own functions have made any table.
        self.is_first = is_first

    def told(self, name, urlconf, args=None, kwargs=None, current_app=None, **rest):
        """Return the path of *name*, or the class and text of the error."""

        def answer():
            return told(reverse, name, urlconf, args, kwargs, current_app, **rest)

        found = [answer()] if self.is_first else []
        with djangos_own():
            expected = answer()
        found += [answer() for _ in range(3)]
        assert found == [expected] * len(found)
        return expected

    def missed(self, *args, **kwargs):
        """Return what the `NoReverseMatch` of `told` says."""
        kind, text = self.told(*args, **kwargs)
        assert kind == "NoReverseMatch"
        return text


def told(function, *args, **kwargs):
    """Return what *function* returns, or the class and text of the error."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return type(error).__name__, str(error)


def urlconf(*patterns):
    """Return a module with *patterns*, as a project has one."""
    module = ModuleType("urls")
    module.urlpatterns = list(patterns)
    return module


@contextmanager
def djangos_own():
    """Let Django's own functions answer meanwhile; what is kept stays where it is."""
    now = {name: vars(URLResolver)[name] for name in PLACES}
    try:
        for name, hook in now.items():
            setattr(URLResolver, name, getattr(hook, "__wrapped__", hook))
        yield
    finally:
        for name, hook in now.items():
            setattr(URLResolver, name, hook)


@contextmanager
def using(language):
    """Have *language* active meanwhile, or none at all."""
    with translation.override(language):  # which knows what was active
        if language is None:
            translation.deactivate_all()
        yield


@pytest.fixture(name="names", params=["channels_fast first", "django", "channels_fast"])
def both_reverse(request, settings):
    """This package's reversing on new tables, Django's own, and ours after Django's."""
    settings.USE_I18N = True
    settings.LANGUAGE_CODE = "en-us"
    settings.LANGUAGES = [(code, code) for code in LANGUAGES if code]
    ASKED.clear()
    is_ours = request.param != "django"
    if is_ours:
        _reverse.install()
    assert _reverse.is_installed() is is_ours
    yield Names(is_ours, is_first=request.param == "channels_fast first")
    _reverse.uninstall()
    set_script_prefix("/")
    set_urlconf(None)
    clear_url_caches()
    assert type(vars(URLResolver)["reverse_dict"]) is property

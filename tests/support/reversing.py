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

    def __init__(self, is_ours: bool) -> None:
        self.is_ours = is_ours

    def told(self, name, urlconf, args=None, kwargs=None, current_app=None, **rest):
        """Return the path of *name*, or the class and text of the error."""
        arguments = (name, urlconf, args, kwargs, current_app)
        with djangos_own():
            expected = told(reverse, *arguments, **rest)
        for _ in range(3):
            assert told(reverse, *arguments, **rest) == expected
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


@pytest.fixture(name="names", params=[False, True], ids=["django", "channels_fast"])
def both_reverse(request, settings):
    """Django's own reversing, then that of this package."""
    settings.USE_I18N = True
    settings.LANGUAGE_CODE = "en-us"
    settings.LANGUAGES = [(code, code) for code in LANGUAGES if code]
    ASKED.clear()
    if request.param:
        _reverse.install()
    assert _reverse.is_installed() is request.param
    yield Names(request.param)
    _reverse.uninstall()
    set_script_prefix("/")
    set_urlconf(None)
    clear_url_caches()
    assert type(vars(URLResolver)["reverse_dict"]) is property

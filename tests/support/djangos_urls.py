"""What is seen of a match or a miss, which has to be what Django gives."""

from __future__ import annotations

from django.urls import Resolver404, URLResolver
from django.utils import translation

from channels_fast.urls import _hook


def seen(resolver, given):
    """Return all that a caller sees, in order."""
    try:
        match = resolver.resolve(given)
    except Resolver404 as error:
        return [*error.args[0].items()]
    getattr(match, "tried", None)
    dicts = ("kwargs", "captured_kwargs", "extra_kwargs")
    return [
        (key, [*value.items()] if key in dicts else value)
        for key, value in vars(match).items()
    ]


def check(resolver, given, language="en"):
    """
    Compare with Django, before a table is made and after, and return what is seen.

    ``channels_fast.urls`` has to be installed.
    """
    with translation.override(language):
        installed = URLResolver.resolve
        URLResolver.resolve = _hook.STOCK
        try:
            expected = seen(resolver, given)
        finally:
            URLResolver.resolve = installed
        for _ in range(3):
            assert seen(resolver, given) == expected
    return dict(expected)

"""
The fixture ``urls``: one test body, Django as it is and with ``channels_fast.urls``.

What a test expects has to hold for both. `Urls.ask` also compares all that is seen of
an answer with what Django's own function answers, at once and for the same objects.
"""

from __future__ import annotations

import warnings
from contextlib import suppress

import pytest
from django.urls import clear_url_caches
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RegexPattern, URLResolver

from channels_fast import urls as ours
from channels_fast.urls import _hook

from .observe import answer, djangos_own


class Urls:
    """Django's resolver, with or without the compiled tables."""

    def __init__(self, is_ours: bool, *, is_first: bool) -> None:
        self.is_ours = is_ours
        #: Whether it answers before Django's own function has made anything.
        self.is_first = is_first
        #: A table is made at the second use of a list, and answers from then on.
        self.times = 4 if is_ours else 1

    def __repr__(self) -> str:
        return "channels_fast.urls" if self.is_ours else "django"

    @staticmethod
    def resolver(patterns, root=r"^/"):
        """Return a resolver as `get_resolver` makes one for a URLconf."""
        return URLResolver(RegexPattern(root), patterns)

    def ask(self, resolver, path):
        """
        Return the match for *path*, or the error.

        It is asked for as often as it takes until a table answers. Each answer is
        compared with Django's own. Converters are called each time.
        """

        def one():
            return answer(lambda: resolver.resolve(path))

        first = [one()[1]] if self.is_first else []
        with djangos_own():
            _, expected = one()
        assert first in ([], [expected])
        for _ in range(self.times):
            found, seen = one()
            assert seen == expected
        return found

    def ask_all(self, resolver, paths):
        """Return what is found for each of the *paths*."""
        return [self.ask(resolver, path) for path in paths]

    def warm(self, resolver, path="/warm"):
        """Resolve *path* as often as it takes until a table answers."""
        for _ in range(self.times):
            with suppress(Resolver404):
                resolver.resolve(path)

    def fetch(self, client, path, **options):
        """Return the response to a GET, compared with that of Django's own."""
        with djangos_own():
            expected = whole(client.get(path, **options))
        for _ in range(self.times):
            response = client.get(path, **options)
            assert whole(response) == expected
        return response


def whole(response):
    """Return what a client sees of a response."""
    match = getattr(response.wsgi_request, "resolver_match", None)
    return (
        response.status_code,
        sorted(response.items()),
        response.content,
        None if match is None else answer(lambda: match)[1],
    )


@pytest.fixture(params=["channels_fast.urls first", "django", "channels_fast.urls"])
def urls(request):
    """This package's resolving of new lists, Django's own, and ours after Django's."""
    is_ours = request.param != "django"
    if is_ours:
        ours.install()
    clear_url_caches()
    yield Urls(is_ours, is_first=request.param == "channels_fast.urls first")
    ours.uninstall()
    clear_url_caches()
    assert URLResolver.__dict__["resolve"] is _hook.STOCK


@pytest.fixture
def client():
    from django.test import Client

    return Client()


@pytest.fixture(autouse=True)
def _dubious_regexes_may_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield

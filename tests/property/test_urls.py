"""Random URLconfs of Django against Django's own resolver, and that it would notice."""

from __future__ import annotations

import random
import warnings
from collections import Counter

import pytest
from django.http import Http404
from django.urls.exceptions import Resolver404
from django.urls.resolvers import URLResolver

from channels_fast import urls
from channels_fast.urls import _hook

from ..support.engines import WHY_NOT_COMPILED
from . import url_edits
from .test_routing_property import SHARE
from .url_cases import DifferenceError, compare_urlconf

#: The tests that wait for something to be drawn give up after as many.
MOST_SEEDS = 5000


@pytest.fixture(autouse=True)
def _installed():
    urls.install()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dubious regexes warn
        yield
    urls.uninstall()


@pytest.mark.parametrize("first", range(0, 200 // SHARE, 10))
def test_random_urlconfs_resolve_as_in_django(first):
    tally = Counter()
    for seed in range(first, first + 10):
        compare_urlconf(seed, tally)
    assert tally["cases"] > 100
    if not WHY_NOT_COMPILED:
        assert tally["by a table"] > 100


def test_everything_that_is_promised_is_drawn():
    expected = {f"edit: {name}" for name in [*url_edits.NAMES, "in a search"]}
    expected |= {"promised: new", "promised: either", "asked code of the project"}
    tally = Counter()
    # What a seed draws depends on the converters that other tests have registered.
    for seed in filter(_is_about_edits, range(MOST_SEEDS)):
        compare_urlconf(seed, tally)
        if all(tally[name] for name in expected):
            return
    pytest.fail(f"not drawn: {[name for name in expected if not tally[name]]}")


def _is_about_edits(seed):
    """Tell whether `compare_urlconf` changes the URLconf of this seed."""
    return random.Random(seed).random() >= 0.7


def drops_slashes(self, path):
    return _hook.STOCK(self, path.replace("//", "/"))


def turns_arguments_round(self, path):
    match = _hook.STOCK(self, path)
    match.kwargs = dict(reversed(match.kwargs.items()))
    return match


def forgets_a_namespace(self, path):
    match = _hook.STOCK(self, path)
    match.namespaces = match.namespaces[1:]
    return match


def forgets_what_was_tried(self, path):
    try:
        return _hook.STOCK(self, path)
    except Resolver404 as error:
        error.args[0].pop("tried", None)
        raise


def asks_again(self, path):
    _hook.STOCK(self, path)
    return _hook.STOCK(self, path)


def goes_on_after_http404(self, path):
    try:
        return _hook.STOCK(self, path)
    except Resolver404:
        raise
    except Http404:
        raise Resolver404({"tried": [], "path": path}) from None


def takes_errors_for_a_miss(self, path):
    try:
        return _hook.STOCK(self, path)
    except (TypeError, KeyError, AttributeError):
        raise Resolver404({"tried": [], "path": path}) from None


class Remembers:
    """Answers as the first time, whatever has changed, with a match of its own."""

    def __init__(self):
        self.found = {}

    def __get__(self, resolver, owner=None):
        return lambda path: self.resolve(resolver, path)

    def resolve(self, resolver, path):
        # Lists that are gone would lend their number to others.
        key = (id(resolver), path)
        if key not in self.found:
            self.found[key] = resolver, _hook.STOCK(resolver, path)
        return self.found[key][1]


def compare_many(count):
    for seed in range(count):
        compare_urlconf(seed, Counter())


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="nothing is compared then")
@pytest.mark.parametrize(
    "mistake",
    [
        drops_slashes,
        turns_arguments_round,
        forgets_a_namespace,
        forgets_what_was_tried,
        asks_again,
        goes_on_after_http404,
        takes_errors_for_a_miss,
        Remembers(),
    ],
    ids=lambda it: getattr(it, "__name__", "remembers"),
)
def test_a_mistake_is_noticed(mistake, monkeypatch):
    monkeypatch.setattr(URLResolver, "resolve", mistake)
    with pytest.raises(DifferenceError):
        compare_many(MOST_SEEDS)

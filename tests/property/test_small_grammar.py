"""Every small regex and every small route, on every short path."""

from __future__ import annotations

import os
import random

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.property import grammar

SHARE = 10 if os.environ.get("PROPERTY_TESTS") == "few" else 1


def sweep(texts, kind, paths):
    """Return how many of *texts* were compared; fail with the first few mismatches."""
    compared, found = 0, []
    for text in texts:
        try:
            mismatch = grammar.mismatch(kind, text, paths)
        except ImproperlyConfigured:
            continue
        compared += 1
        if mismatch is not None:
            found.append(str(mismatch))
    assert not found, "\n".join([f"{len(found)} differ", *found[:5]])
    return compared


@pytest.mark.parametrize("flag", grammar.FLAGS)
def test_every_regex_of_two_parts_matches_as_in_django(flag):
    alphabet = grammar.ALPHABETS["e acute"]
    regexes = [*grammar.regexes(1, alphabet), *grammar.regexes(2, alphabet)]
    texts = [flag + text for text in regexes][::SHARE]
    compared = sweep(texts, "re_path", grammar.texts(alphabet.texts, 3))
    assert compared > 1300 // SHARE


@pytest.mark.parametrize("name", grammar.ALPHABETS)
def test_every_regex_of_two_parts_knows_odd_characters(name):
    """Cases with more than two forms, digits that are not decimal, a lone surrogate."""
    alphabet = grammar.ALPHABETS[name]
    flag = "(?i)" if alphabet.relatives else ""
    regexes = [*grammar.regexes(1, alphabet), *grammar.regexes(2, alphabet)]
    texts = [flag + text for text in regexes][::SHARE]
    assert sweep(texts, "re_path", grammar.texts(alphabet.texts, 2)) > 1300 // SHARE


def test_regexes_of_more_parts_match_as_in_django():
    """Too many for all of them: `python -m tests.property.run --grammar 3`."""
    rng = random.Random(3)
    alphabet = grammar.ALPHABETS["Kelvin"]
    texts = [
        grammar.random_regex(rng, rng.choice([3, 4, 5]), alphabet)
        for _ in range(2000 // SHARE)
    ]
    assert sweep(texts, "re_path", grammar.texts(alphabet.texts, 3)) > 1300 // SHARE


@pytest.mark.parametrize("parts", [1, 2])
def test_every_route_of_two_parts_matches_as_in_django(parts):
    """Each converter of Django's beside each other, with and without a slash."""
    texts = list(grammar.route_texts(parts))
    random.Random(parts).shuffle(texts)
    chosen = texts[: 600 // SHARE]
    assert sweep(chosen, "path", grammar.route_paths(parts)[:: parts * 2 - 1]) > 20


def test_the_grammar_has_what_tells_engines_apart():
    alphabet = grammar.ALPHABETS["sharp s"]
    two = set(grammar.regexes(2, alphabet))
    assert {r"(?a:\W)", "(?i:\u00df)", "s??", "\u00df{1,2}?", "|s", r"\Zs"} <= two
    assert {"(?<!\u00df)", r"\b/", "(?P<n>)"} <= two
    assert len(two) > 1400
    paths = grammar.texts(alphabet.texts, 3)
    assert {"", "s\n", "\u1e9e", "s/\u00df"} <= set(paths)
    assert not [path for path in paths if path.startswith("/")]
    assert "<int:b>-<path:c>/" in set(grammar.route_texts(2))

"""What a regex begins with is taken off it, so that routes share what is left."""

import re
from typing import Any

import pytest
from django.urls import re_path

from channels_fast._routes.patterns import Reader
from channels_fast._routes.regex import _parser, split

SPLIT = {
    "": ("", "^"),
    "^things/$": ("things/", "^$"),
    r"^things\.(?P<format>[a-z]+)/?$": ("things.", "^(?P<format>[a-z]+)/?$"),
    r"^a-b/(?P<pk>[^/.]+)/c\-d/$": ("a-b/", r"^(?P<pk>[^/.]+)/c\-d/$"),
    r"^a\$": ("a$", "^"),
    "^ab*c": ("a", "^b*c"),
    "^ab{2}c": ("a", "^b{2}c"),
    r"^a\.?b": ("a", r"^\.?b"),
    "^a(?:b)+": ("a", "^(?:b)+"),
}
WHOLE = [
    *("^", "^$", "^a?", "things/", "^(a)", "^é/", r"^\d", r"\Aa", "^^a", "^[a]", "^.a"),
    *("^a|b", "^a(b|c)", "^a(?!b)", "^a(?<=a)b", "^a(?i:b)", "(?i)^a", r"^\n"),
]


@pytest.mark.parametrize("text", SPLIT)
def test_the_beginning_and_the_rest_say_what_the_regex_says(text: str) -> None:
    literal, rest = split(text)
    assert (literal, rest) == SPLIT[text]
    joined = "^" + re.escape(literal) + rest[len("^") :]
    assert repr(_parser.parse(joined)) == repr(_parser.parse(text or "^"))


@pytest.mark.parametrize("text", WHOLE)
def test_a_regex_stays_whole_where_its_beginning_is_not_plain(text: str) -> None:
    assert split(text) == ("", text)


def read(reader: Reader, text: str) -> Any:
    return reader.read(re_path(text, print).pattern)


def test_regexes_that_differ_in_the_beginning_share_a_meaning() -> None:
    reader = Reader()
    first = read(reader, "^users/(?P<pk>[^/.]+)/$")
    second = read(reader, "^groups/(?P<pk>[^/.]+)/$")
    assert first[0] == "users/"
    assert second[0] == "groups/"
    assert first[1] == second[1]
    assert len(reader.meanings) == 1


def test_an_error_has_the_position_in_the_whole_regex() -> None:
    reader = Reader()
    read(reader, "^things/(")
    reason = reader.meanings[0].reason
    assert reason is not None
    assert reason.endswith("at position 8")

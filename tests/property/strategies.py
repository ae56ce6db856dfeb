"""
Hypothesis strategies for the same cases, made so that they shrink well.

The tables come from the generator, driven by numbers that Hypothesis draws. The
paths come from the generator, from Hypothesis' own matcher of regexes (a second
opinion on what a regex matches), and from plain text.
"""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

from . import generator, scope_maker
from .regexes import ODD, PLAIN
from .tables import Entry

#: Text of the characters that matter, with any other now and then.
texts = st.text(
    st.one_of(st.sampled_from(PLAIN), st.sampled_from(ODD + "\ud800"), st.characters()),
    max_size=20,
)

_segments = st.one_of(
    st.sampled_from(["a", "b", "ab", "1", "chat", "\u00e9", "a-1", ""]),
    st.sampled_from(["int", "str", "slug", "path", "uuid", "p_even", "p_choice"]).map(
        "<{}:?>".format
    ),
    st.sampled_from(["<int:?>-<slug:?>", "<str:?><int:?>", "v<int:?>", "<path:?>.x"]),
)


@st.composite
def routes(draw: Any) -> Entry:
    """A `path()` route of few segments from a small stock, so that routes overlap."""
    text = "/".join(draw(st.lists(_segments, max_size=4)))
    names = iter("abcdefghij")
    text = re.sub(r"\?", lambda _: next(names), text) + draw(st.sampled_from(["/", ""]))
    role = draw(st.sampled_from(["answers", "answers", "answers", "refuses"]))
    return Entry("path", text, {}, role)


@st.composite
def overlapping_tables(draw: Any) -> list[Entry]:
    """Up to eight `path()` routes over one small stock, some of them nested."""
    table = draw(st.lists(routes(), min_size=1, max_size=8))
    if draw(st.booleans()):
        inner = draw(st.lists(routes(), max_size=4))
        place = draw(st.integers(0, len(table) - 1))
        table[place] = table[place]._replace(role="router", inner=inner)
    return table


@st.composite
def cases(draw: Any) -> tuple[list[Entry], list[dict[str, Any]]]:
    """Return a table of the generator and some scopes for it."""
    rng = draw(st.randoms(use_true_random=False))
    table = generator.table(rng)
    scopes = [scope_maker.scope(rng, table) for _ in range(draw(st.integers(1, 5)))]
    regexes = [entry.text for entry in table.entries if _compiles(entry)]
    if regexes and table.longest > 20:
        text = draw(st.from_regex(draw(st.sampled_from(regexes))))
        scopes.append({"type": "websocket", "path": f"/{text[: table.longest]}"})
    text = draw(texts)
    scopes.append({"type": "websocket", "path": f"/{text[: table.longest]}"})
    return table.entries, scopes


def _compiles(entry: Entry) -> bool:
    if entry.kind != "re_path":
        return False
    # Hypothesis cannot make texts for these; the generator can.
    if re.search(r"\(\?<?[=!>(]|\(\?P=|\\[1-9bBN]|[*+?}]\+", entry.text):
        return False
    try:
        re.compile(entry.text)
    except re.error:
        return False
    return True

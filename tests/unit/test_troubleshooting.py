"""The table of the doctor: its page, its links, and the errors that it has to know."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import channels_fast
from channels_fast.doctor.explain import explain
from channels_fast.doctor.explained import ENTRIES
from tests.support.docs import DOCS
from tests.support.troubleshooting import PAGE, rendered

PACKAGE = Path(channels_fast.__file__).parent


def test_the_page_has_every_entry_with_cause_and_cure_and_no_other():
    written = PAGE.read_text(encoding="utf-8")
    assert written == rendered(), "run python -m tests.support.troubleshooting"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_an_entry_is_found_by_each_of_its_texts(entry):
    for text in entry.texts:
        # Of four dots the first is one.
        (found,) = explain(re.sub(r"\.{3}(?!\.)", "x", text))
        assert found.entry is entry, text


def test_every_page_that_an_entry_names_has_that_heading():
    for entry in ENTRIES:
        page, _, heading = entry.page.partition("#")
        text = (DOCS / page).read_text(encoding="utf-8")
        titles = re.findall(r"(?m)^#+ (.+)$", text)
        anchors = [re.sub(r"[^\w\- ]", "", one).lower() for one in titles]
        known = ["", *(anchor.replace(" ", "-") for anchor in anchors)]
        assert heading in known, entry.page


#: What commands say is for those who have just called them.
TOOLS = ("bench", "checks", "doctor", "management")

#: An error that says what to write needs no other explanation.
CURE = re.compile(r"[.:] (Call|call|Give|Pass|Save|Take|Use|Write|Yield) ")


def raised():
    """Yield the text of each error that the package raises, with the place."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.relative_to(PACKAGE).parts[0] in TOOLS:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                for argument in node.exc.args[:1]:
                    yield f"{file.name}, line {node.lineno}", text_of(argument)


def text_of(node):
    if isinstance(node, ast.JoinedStr):
        return "".join(map(text_of, node.values))
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return "x"


#: Internal, of `asgi_routes`, or of those who call a function of tests wrongly.
NOT_ASKED_ABOUT = {
    "x: x x.",  # of an include(), which says it in other words
    "x. The names that there are: x.",
    "No application configured for x x",
    "ProtocolTypeRouter answers: there is nothing to start.",
    "task_done() called too many times",
    "There are no sources to read from.",
    "--resolve x: x.",
    "Server stopped",
    "Expected str, got x",
    "module x has no attribute x",
    "tried",  # as every object says it that has no attribute
}


def test_every_error_of_this_package_says_what_to_write_or_is_explained():
    texts = {text: place for place, text in raised() if text != "x"}
    unknown = {text for text in texts if not (explain(text) or CURE.search(text))}
    unknown -= NOT_ASKED_ABOUT
    assert not unknown, [(texts[text], text) for text in unknown]
    assert set(texts) >= NOT_ASKED_ABOUT, "one is not raised any more"

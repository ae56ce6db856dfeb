"""Every exception from a linter has its reason on the line."""

from __future__ import annotations

import io
import re
import tokenize

import pytest

from ..support.docs import ROOT

FOLDERS = ("python", "tests", "benches", "scripts", "examples", "docs")
#: As the people wrote it whose projects they are.
OTHERS = ROOT / "tests" / "upgrade" / "projects"
EXCEPTION = re.compile(r"#\s*(noqa|type: ignore)")
#: The code of one linter or of both, and then a word.
WITH_REASON = re.compile(
    r"(# (noqa: [A-Z]+\d+\b|type: ignore\[[\w, -]+\]) *)+# (?!noqa|type: )\w"
)


def exceptions(source):
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and EXCEPTION.match(token.string):
            yield token.string


def lacks_reason(comment):
    return not WITH_REASON.match(comment)


def test_no_exception_lacks_its_reason():
    files = [
        ROOT / "noxfile.py",
        *(file for name in FOLDERS for file in (ROOT / name).rglob("*.py")),
    ]
    assert len(files) > 500
    found = {
        (str(file.relative_to(ROOT)), comment)
        for file in files
        if OTHERS not in file.parents
        for comment in exceptions(file.read_text(encoding="utf-8"))
        if lacks_reason(comment)
    }
    assert not found


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: N802",
        "# noqa: N802 #",
        "# noqa: N802  a name of Django",
        "# noqa: N802 - a name of Django",
        "# type: ignore",
        "# type: ignore[misc]",
        "# type: ignore[misc] # noqa: N802",
    ],
)
def test_one_without_a_reason_is_found(comment):
    assert list(exceptions(f"value = 1  {comment}\n")) == [comment]
    assert lacks_reason(comment)

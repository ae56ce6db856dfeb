"""Every exception from a linter has its reason on the line."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

import pytest

import channels_fast

PACKAGE = Path(channels_fast.__file__).parent
EXCEPTION = re.compile(r"#\s*(noqa|type: ignore)")
#: The code of one linter or of both, and then a word.
WITH_REASON = re.compile(
    r"(# (noqa: [A-Z]+\d+\b|type: ignore\[[\w,-]+\]) *)+[#-]* *(?!noqa|type: )\w"
)


def exceptions(source):
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and EXCEPTION.match(token.string):
            yield token.string


def lacks_reason(comment):
    return not WITH_REASON.match(comment)


def test_no_exception_lacks_its_reason():
    found = {
        (str(file.relative_to(PACKAGE)), comment)
        for file in PACKAGE.rglob("*.py")
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
        "# type: ignore",
        "# type: ignore[misc]",
        "# type: ignore[misc] # noqa: N802",
    ],
)
def test_one_without_a_reason_is_found(comment):
    assert list(exceptions(f"value = 1  {comment}\n")) == [comment]
    assert lacks_reason(comment)

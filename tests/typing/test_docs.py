"""What docs/typing.md shows has no error, and does what it says."""

from __future__ import annotations

from tests.support.docs import write_examples
from tests.typing.test_types import run_mypy


def test_the_example_has_no_error(tmp_path):
    [file] = write_examples("typing.md", tmp_path)
    assert run_mypy(file) == "Success: no issues found in 1 source file\n"


def test_a_mistake_in_it_is_an_error(tmp_path):
    [file] = write_examples("typing.md", tmp_path)
    right = 'await count(content["text"])'
    text = file.read_text()
    assert text.count(right) == 1
    file.write_text(text.replace(right, "await count(7)"))
    assert (
        'Argument 1 to "count" has incompatible type "int"; expected "str"'
        in run_mypy(file)
    )

"""noxfile.py: an environment of the matrix has what the tests need."""

from __future__ import annotations

import re

from tests.support.docs import ROOT

#: What checks types or style, what only benches or packaging run on, and what `make`
#: asks pytest for.
NEEDED_ELSEWHERE = {
    *("basedpyright", "django-stubs", "mypy", "ruff", "types-channels"),
    *("litestar", "pytest-benchmark", "pytest-rerunfailures", "trio"),
}


def test_each_package_that_the_tests_need_is_installed_for_each_pair():
    pinned = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    needed = set(re.findall(r"^([\w-]+)==", pinned, re.MULTILINE))
    assert len(needed) > 20
    assert needed > NEEDED_ELSEWHERE
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8").replace("_", "-")
    installed = set(re.findall(r"\"([\w-]+)[\"=;<\[]", noxfile))
    assert needed - NEEDED_ELSEWHERE <= installed

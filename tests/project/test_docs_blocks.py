"""Every block of the documentation runs as a test, or says why it does not."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest
from django.template import Engine

from tests.project.test_docs import PAGES_WITH_TESTS
from tests.project.tutorial_project import Tutorial
from tests.support.docs import DOCS, PAGES, ROOT, blocks_of

PROGRAM = Path(__file__).parent / "programs" / "run_blocks.py"
#: Their blocks run elsewhere: as files with tests, as a tutorial, under a type checker.
ELSEWHERE = {
    *(f"docs/{page}" for page in PAGES_WITH_TESTS),
    "docs/tutorial.md",  # test_docs_tutorial.py
    "docs/typing.md",  # tests/typing/test_docs.py
    "docs/urls_proof.md",  # tests/urls/test_proof_page.py
}
#: Packages that not every environment of the tests has, by the page that needs them.
NEEDS = {"docs/reliability.md": "redis"}
#: The blocks with a reason. Each is a gap: think twice before there is one more.
NOT_RUN = 7
#: What a block may be, besides what is for Sphinx. A text is no example to run.
LANGUAGES = {"python", "console", "sh", "html", "toml", "text"}

BLOCKS = [block for page in PAGES for block in blocks_of(page)]
SHOWN = [block for block in BLOCKS if not block.language.startswith("{")]


def python_of(page):
    return [
        block
        for block in blocks_of(page)
        if block.language == "python" and not block.why_not
    ]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The tutorial of Channels, switched by its settings."""
    tutorial = Tutorial(tmp_path_factory.mktemp("blocks") / "mysite")
    tutorial.convert_by_settings()
    return tutorial


@pytest.mark.parametrize(
    "page", [page for page in PAGES if python_of(page) and page not in ELSEWHERE]
)
def test_the_python_of_a_page_runs(project, page, tmp_path):
    if page in NEEDS:
        pytest.importorskip(NEEDS[page])
    blocks = python_of(page)
    file = tmp_path / "blocks.json"
    file.write_text(json.dumps([(block.place, block.text) for block in blocks]))
    done = project.manage(
        str(file),
        program=str(PROGRAM),
        DJANGO_SETTINGS_MODULE="mysite.settings",
        PYTHONPATH=os.pathsep.join([str(project.directory), *filter(None, sys.path)]),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("ran ") == len(blocks)


TEMPLATES = [block for block in SHOWN if block.language == "html"]


@pytest.mark.parametrize("block", TEMPLATES, ids=lambda block: block.place)
def test_a_template_can_be_loaded(block):
    library = "channels_fast.templatetags.channels_fast"
    Engine(libraries={"channels_fast": library}).from_string(block.text)


def test_toml_can_be_read():
    tomllib = pytest.importorskip("tomllib")
    read = [tomllib.loads(block.text) for block in SHOWN if block.language == "toml"]
    assert read == [{"tool": {"mypy": {"mypy_path": "typings"}}}]


def test_no_block_is_of_another_kind():
    for block in SHOWN:
        assert block.language in LANGUAGES, block.place


def test_a_reason_not_to_run_a_block_names_a_test_that_there_is():
    reasons = [(block.place, block.why_not) for block in BLOCKS if block.why_not]
    for place, reason in reasons:
        for name in re.findall(r"tests/[\w/]+(?:\.py)?", reason):
            assert (ROOT / name).exists(), place
    assert len(reasons) == NOT_RUN, reasons


@pytest.mark.parametrize("page", PAGES)
def test_the_pictures_of_a_page_are_files(page):
    text = PAGES[page].read_text(encoding="utf-8")
    for name in re.findall(r'\b(?:src|srcset)="([^"{]+)"', text):
        # On the site there is nothing else, and no network.
        assert (PAGES[page].parent / name).resolve().parent == DOCS / "pictures"
        assert (PAGES[page].parent / name).exists()

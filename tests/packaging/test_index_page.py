"""README.md on the page of a package index: each link and picture has an address."""

from __future__ import annotations

import importlib.util
import re

import pytest

from tests.support.docs import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
REPOSITORY = "https://git.example/someone/project"
LINK = r"\]\(([^)\s]+)\)|\b(?:src|srcset)=\"([^\"]+)\""


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location(
        "index_page", ROOT / "scripts" / "index_page.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def links(text):
    return ["".join(found) for found in re.findall(LINK, text)]


def test_each_link_leads_to_the_repository_at_that_tag(script):
    page = script.absolute(README, REPOSITORY, "v1")
    places = [link.partition("#")[0] for link in links(README)]
    assert len(places) > 30
    for place, link in zip(places, links(page)):
        if place.startswith("https:"):
            assert link.startswith(place)
            continue
        assert (ROOT / place).exists(), place
        kind = "raw" if place.endswith(".png") else "blob"
        assert link.partition("#")[0] == f"{REPOSITORY}/{kind}/v1/{place}"


def test_no_word_of_the_page_changes(script):
    page = script.absolute(README, REPOSITORY, "v1")
    assert re.sub(LINK, "", page) == re.sub(LINK, "", README)


def test_the_metadata_gets_the_addresses(script):
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    made = script.with_urls(text, REPOSITORY)
    assert f'\n[project.urls]\nRepository = "{REPOSITORY}"\n' in made
    [name] = re.findall(r'^name = "(\w+)"', text, re.M)
    site = f"https://{name.replace('_', '-')}.readthedocs.io/"
    assert f'\nDocumentation = "{site}"\n' in made
    assert script.with_urls(made, REPOSITORY) == made

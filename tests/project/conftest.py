"""A copy of the gallery for each test, so that a test may change its files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.project.processes import Project

GALLERY = Path(__file__).parent / "gallery"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """The gallery with its database, made once to be copied."""
    directory = tmp_path_factory.mktemp("migrated") / "gallery"
    shutil.copytree(GALLERY, directory, ignore=shutil.ignore_patterns("__pycache__"))
    done = Project(directory).manage("migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    return directory


@pytest.fixture
def gallery(migrated, tmp_path):
    return Project(Path(shutil.copytree(migrated, tmp_path / "gallery")))


@pytest.fixture(scope="module")
def shared_gallery(migrated, tmp_path_factory):
    """One copy for the tests of a module that change nothing."""
    directory = tmp_path_factory.mktemp("shared") / "gallery"
    return Project(Path(shutil.copytree(migrated, directory)))

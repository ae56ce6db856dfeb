"""Projects before and after: ``projects/NAME/before`` and ``projects/NAME/after``."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

PROJECTS = Path(__file__).parent / "projects"
collect_ignore = ["projects"]
if importlib.util.find_spec("libcst") is None:  # as where only Django is compared
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(name="project")
def copy_of_project(tmp_path):
    """Return a function that copies a project, as it was or as it has become."""

    def copy(name, state="before"):
        return shutil.copytree(PROJECTS / name / state, tmp_path / f"{name}-{state}")

    return copy

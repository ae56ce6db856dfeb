"""What ``channels-fast upgrade`` makes of projects."""

from __future__ import annotations

import pkgutil
import re

import pytest

from channels_fast.upgrade.command import main
from channels_fast.upgrade.removed import REMOVED

from ..support.docs import DOCS
from .conftest import PROJECTS

NAMES = sorted(path.name for path in PROJECTS.iterdir())
OPTIONS = {"only_the_router": ["--router-only"], "every_import": ["--imports"]}


def _files(directory):
    return {
        str(file.relative_to(directory)): file.read_text()
        for file in sorted(directory.rglob("*.py"))
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_project_becomes_what_it_should(name, project):
    copy = project(name)
    assert main(["--write", *OPTIONS.get(name, []), str(copy)]) == 0
    assert _files(copy) == _files(PROJECTS / name / "after")


@pytest.mark.parametrize("name", NAMES)
def test_a_second_run_finds_nothing_to_change(name, project, capsys):
    copy = project(name, "after")
    assert main([*OPTIONS.get(name, []), str(copy)]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", NAMES)
def test_what_it_writes_is_python(name):
    for file, text in _files(PROJECTS / name / "after").items():
        compile(text, file, "exec")


@pytest.mark.parametrize("name", REMOVED)
def test_a_name_that_is_said_to_be_removed_is_not_there(name):
    ours = name.replace("channels", "channels_fast", 1)
    with pytest.raises((AttributeError, ImportError)):
        pkgutil.resolve_name(ours)


def test_without_write_it_prints_a_diff_and_changes_nothing(project, capsys):
    copy = project("daphne_in_one_line")
    before = _files(copy)
    assert main([str(copy)]) == 1
    assert _files(copy) == before
    out = capsys.readouterr().out
    path = copy / "settings.py"
    assert out.startswith(f"--- {path}\n+++ {path}\n@@ -1 +1 @@\n-INSTALLED_APPS")


def test_a_file_that_is_no_python_is_named_with_its_line_and_the_others_go_on(
    project, capsys
):
    copy = project("daphne_in_one_line")
    (copy / "broken.py").write_text("fine = 1\ndef broken(:\n")
    assert main(["--write", str(copy)]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"{copy / 'broken.py'}:2: ")
    assert captured.err.count("\n") == 1
    assert captured.out == f"changed {copy / 'settings.py'}\n"


def test_line_ends_and_a_declared_encoding_are_kept(tmp_path):
    file = tmp_path / "settings.py"
    text = '# -*- coding: latin-1 -*-\r\n# é\r\nINSTALLED_APPS = ["channels"]\r\n'
    file.write_bytes(text.encode("latin-1"))
    assert main(["--write", str(file)]) == 0
    wanted = text.replace("channels", "channels_fast")
    assert file.read_bytes() == wanted.encode("latin-1")


def test_environments_and_hidden_folders_are_left_alone(tmp_path):
    for folder in (".hidden", "site-packages", "env/lib"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "settings.py").write_text('INSTALLED_APPS = ["channels"]')
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    assert main([str(tmp_path)]) == 0


def test_a_path_that_is_not_there_is_an_error(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path / "nothing")])
    assert stopped.value.code == 2
    assert "there is no" in capsys.readouterr().err


def test_each_remark_leads_to_a_part_of_the_page():
    page = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    titles = re.findall(r"^## (.*)$", page, re.MULTILINE)
    anchors = {
        re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in titles
    }
    written = {
        anchor
        for name in NAMES
        for text in _files(PROJECTS / name / "after").values()
        for anchor in re.findall(r"# TODO.*troubleshooting\.md#(\S+)", text)
    }
    assert len(written) >= 5
    assert written <= anchors

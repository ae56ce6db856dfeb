"""``manage.py asgi_routes`` of real projects."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.project.processes import BY_INSTALL, BY_SETTINGS, Project
from tests.support.engines import WHY_NOT_COMPILED

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(
    r"^```console\n\$ python (manage\.py .*)\n((?:.*\n)*?)```$",
    (ROOT / "docs" / "routes.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    directory = tmp_path_factory.mktemp("demo") / "chat"
    return Project(Path(shutil.copytree(ROOT / "examples" / "chat", directory)))


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="the engines are others then")
@pytest.mark.parametrize(("command", "expected"), EXAMPLES)
def test_the_documentation_shows_what_is_printed(demo, command, expected):
    program, *arguments = shlex.split(command)
    done = demo.manage(*arguments, program=program, PYTHONIOENCODING="utf-8")
    assert done.stdout + done.stderr == expected
    assert done.returncode == ("CommandError" in expected)


def test_the_documentation_has_examples():
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("program", [BY_SETTINGS, BY_INSTALL])
def test_the_routes_of_a_project_are_listed(shared_gallery, program):
    done = shared_gallery.manage("asgi_routes", program=program)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split()[:3] for line in done.stdout.splitlines()]
    assert ["channel", "thumbnails", "photos.consumers.ThumbnailMaker"] in rows


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("import sys; sys.exit('there is no server here')", "there is no server here"),
        ("raise RuntimeError('broken:\\nin two lines')", "broken: in two lines"),
        ("import no_such_module", "No module named 'no_such_module'"),
        ("this is no Python", "SyntaxError"),
    ],
)
def test_an_application_that_cannot_be_imported_is_one_line(gallery, line, text):
    file = gallery.directory / "gallery" / "asgi.py"
    file.write_text(f"{line}\n{file.read_text()}")
    done = gallery.manage("asgi_routes")
    assert (done.returncode, done.stdout) == (1, "")
    (error,) = done.stderr.splitlines()
    assert error.startswith("CommandError: ASGI_APPLICATION 'gallery.asgi.application'")
    assert text in error
    assert "asgi.py, line 1" in error

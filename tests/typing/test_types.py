"""What type checkers say about a project that uses this package, without plugins."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CORRECT, WRONG = HERE / "correct.py", HERE / "wrong.py"

#: What is revealed as another type than `types-channels` has, by expression.
DIFFERENT = {
    "get_default_application()": "any application may stand there",
    "ProtocolTypeRouter": "the mapping need not be a dict",
    "ProtocolTypeRouter({}).application_mapping": "likewise",
    "ChannelNameRouter({}).application_mapping": "likewise",
    "URLRouter([]).routes": "anything with a pattern is a route",
    "base.scope": "a scope may have keys of the project's own",
    "type(base).as_asgi(a=1)": "the stubs' protocol is private to them",
    "AuthMiddlewareStack(application)": "the class is known",
    "SessionMiddlewareStack(application)": "the class is known",
    "CookieMiddleware(application).inner": "an application, described by no protocol",
    "BaseMiddleware(application).inner": "likewise",
    "websocket.scope": "a test may put more into it",
    "http.get_response()": "a dict that can be changed",
}


class Error(NamedTuple):
    file: str
    line: int
    text: str


@pytest.fixture(params=["channels_fast", "channels"])
def project(request: Any, tmp_path: Path) -> Path:
    """Return a directory with the two files, which import by one of the names."""
    for file in (CORRECT, WRONG):
        source = file.read_text().replace("channels_fast", request.param)
        (tmp_path / file.name).write_text(source)
    if request.param == "channels":
        command = [sys.executable, "-m", "channels_fast.stubs"]
        subprocess.run(command, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    return tmp_path


def run_mypy(*files: Path) -> str:
    """Return what ``mypy --strict`` says, without the settings of this project."""
    path = [ROOT / "python", files[0].parent / "typings"]
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, *files],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def mypy(project: Path) -> list[Error]:
    output = run_mypy(project / CORRECT.name, project / WRONG.name)
    assert "checked 2 source files" in output
    found = re.findall(r"(?m)^.*?(\w+\.py):(\d+): error: (.*)$", output)
    return [Error(file, int(line), text) for file, line, text in found]


def pyright(project: Path) -> list[Error]:
    """Return what pyright says in its strict mode, by the fork that is on PyPI."""
    config = project / "pyrightconfig.json"
    settings = {
        "include": [CORRECT.name, WRONG.name],
        "extraPaths": [str(ROOT / "python")],
        "typeCheckingMode": "strict",
    }
    config.write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--outputjson"]
    done = subprocess.run(
        [*command, "--pythonpath", sys.executable, "--project", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    answer = json.loads(done.stdout)
    assert answer["summary"]["filesAnalyzed"] == 2
    return [
        Error(
            Path(each["file"]).name,
            each["range"]["start"]["line"] + 1,
            each["message"],
        )
        for each in answer["generalDiagnostics"]
    ]


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_correct_project_is_accepted_and_each_mistake_is_found(checker, project):
    errors = checker(project)
    assert [error for error in errors if error.file == CORRECT.name] == []
    reported = {error.line: error.text for error in errors if error.file == WRONG.name}
    lines = enumerate(WRONG.read_text().splitlines(), 1)
    marked = {number: line for number, line in lines if "# wrong: " in line}
    assert len(marked) > 30
    missed = {number: line for number, line in marked.items() if number not in reported}
    assert missed == {}
    others = {number: text for number, text in reported.items() if number not in marked}
    assert others == {}


def test_entry_points_have_the_types_that_the_stubs_of_channels_have(tmp_path):
    source = (HERE / "revealed.py").read_text()
    shown = [reveal(tmp_path, source, name) for name in ("channels", "channels_fast")]
    theirs, ours = shown
    assert len(theirs) > 60
    assert list(ours) == list(theirs)
    untyped = [each for each in ours if ours[each] == "Any" != theirs[each]]
    assert untyped == []
    different = [each for each in ours if ours[each] != theirs[each]]
    assert different == [each for each in ours if each in DIFFERENT]


def reveal(tmp_path: Path, source: str, package: str) -> dict[str, str]:
    """Return the type of each expression that *source* reveals for *package*."""
    file = tmp_path / f"revealed_by_{package}.py"
    file.write_text(source.replace("PACKAGE", package))
    notes = re.findall(r'(?m):(\d+): note: Revealed type is "(.*)"$', run_mypy(file))
    lines = source.splitlines()
    return {
        re.sub(r"^\s*reveal_type\((.*)\)$", r"\1", lines[int(number) - 1]): (
            revealed.replace("channels_fast", "channels").replace("_layers", "layers")
        )
        for number, revealed in notes
    }

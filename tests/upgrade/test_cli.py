"""The command ``channels-fast`` starts what it lists."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from channels_fast.cli import COMMANDS, main
from channels_fast.upgrade import command


def test_help_lists_each_command_in_one_line(capsys):
    assert main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for name, text in COMMANDS.items():
        assert f"  {name:<9}{text}" in lines
        assert len(text) < 70


@pytest.mark.parametrize("arguments", [[], ["nothing"]])
def test_without_a_command_it_fails_and_lists_them(arguments, capsys):
    assert main(arguments) == 2
    assert "usage: channels-fast COMMAND" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("upgrade", "--router-only"),
        ("routes", "--resolve"),
        ("doctor", "--explain"),
        ("bench", "--seconds"),
    ],
)
def test_a_command_is_started(name, words):
    done = subprocess.run(
        [sys.executable, "-m", "channels_fast", name, "--help"],
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert words in done.stdout


def test_the_routes_of_a_project_that_uses_only_the_router_are_listed(tmp_path):
    (tmp_path / "asgi.py").write_text(
        "from channels_fast.routing import ProtocolTypeRouter, URLRouter\n"
        "from django.urls import path\n"
        "async def inner(scope, receive, send): pass\n"
        "application = ProtocolTypeRouter(\n"
        "    {'http': inner, 'websocket': URLRouter([path('room/', inner)])}\n"
        ")\n"
    )
    (tmp_path / "only_router.py").write_text("ASGI_APPLICATION = 'asgi.application'\n")
    done = subprocess.run(
        [sys.executable, "-m", "channels_fast", "routes"],
        cwd=tmp_path,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "only_router"},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "room/" in done.stdout


def test_routes_without_settings_fail_in_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "channels_fast", "routes"],
        cwd=tmp_path,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "settings_that_are_nowhere"},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("channels-fast: Django does not start: ")
    assert done.stderr.count("\n") == 1


def test_without_libcst_one_line_says_what_to_install(tmp_path, monkeypatch, capsys):
    for name in [n for n in sys.modules if n.startswith("channels_fast.upgrade.")]:
        if name != command.__name__:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "libcst", None)
    assert command.main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        'channels-fast upgrade needs libcst: pip install "channels_fast[upgrade]"\n'
    )

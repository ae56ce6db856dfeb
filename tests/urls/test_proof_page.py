"""What docs/urls_proof.md shows is what the commands print."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.support.docs import DOCS, write_examples
from tests.support.engines import WHY_NOT_COMPILED

pytestmark = pytest.mark.skipif(
    bool(WHY_NOT_COMPILED), reason="the page shows compiled tables"
)
VIEWS = ("home", "orders", "order", "tagged", "page")
SETTINGS = (
    'SECRET_KEY = "of a test"\nROOT_URLCONF = "shop.urls"\n'
    'INSTALLED_APPS = ["channels_fast.urls"]\n'
)
MANAGE = (
    "import os, sys\nfrom django.core.management import execute_from_command_line\n"
    'os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"\n'
    "execute_from_command_line(sys.argv)\n"
)
PAGE = (DOCS / "urls_proof.md").read_text(encoding="utf-8")


@pytest.fixture
def shop(tmp_path):
    write_examples("urls_proof.md", tmp_path)
    (tmp_path / "shop" / "__init__.py").write_text("")
    names = [f"def {name}(request, **kwargs): ...\n" for name in VIEWS]
    (tmp_path / "shop" / "views.py").write_text("".join(names))
    (tmp_path / "shop" / "settings.py").write_text(SETTINGS)
    (tmp_path / "manage.py").write_text(MANAGE)
    return tmp_path


def shown(command):
    """Return the lines that the page shows behind *command*."""
    (found,) = re.findall(
        rf"(?ms)^```console\n\$ {re.escape(command)}\n(.*?)^```$", PAGE
    )
    return found.splitlines()


def printed(shop, command):
    done = subprocess.run(
        [sys.executable, *command.split()[1:]],
        cwd=shop,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "shop.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    return [line.replace(f"{shop}{os.sep}", "") for line in lines]


@pytest.mark.parametrize(
    "command",
    [
        "python manage.py http_routes",
        "python manage.py http_routes --resolve /orders/5",
        "python manage.py check",
    ],
)
def test_the_page_shows_what_is_printed(shop, command):
    lines = printed(shop, command)
    assert [line for line in shown(command) if line not in lines] == []


def test_the_page_shows_the_form_of_what_is_measured(shop):
    command = "python -m channels_fast.bench --urls"
    lines = [without_figures(line) for line in shown(command)]
    found = [
        without_figures(line) for line in printed(shop, f"{command} --seconds 0.1")
    ]
    assert lines == found[: len(lines)]


def without_figures(line):
    text = re.sub(r"[0-9.,]+ (ns|ms)|[0-9.,]+x|Django [0-9.]+", "#", line)
    return " ".join(text.split()).strip("-")

"""The project of the official tutorial, made by its own steps, then converted."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.project.processes import Project

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = Path(__file__).parent / "tutorial"

# What the pages have the reader add to the settings of `startproject`. Theirs is a
# layer over Redis.
APPS = """\
INSTALLED_APPS = [
    'daphne',
    'chat',
"""
SETTINGS = """
# Daphne
ASGI_APPLICATION = "mysite.asgi.application"
# Channels
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "db_test.sqlite3"}
"""
INSTALL = """\
import channels_fast

channels_fast.install()

"""


class Tutorial(Project):
    """A copy in a directory of its own, with ``channels`` installed or hidden."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        make = [sys.executable, "-m", "django", "startproject", "mysite"]
        directory.mkdir(exist_ok=True)
        subprocess.run([*make, str(directory)], check=True)
        shutil.copytree(PAGES, directory, dirs_exist_ok=True)
        self.edit("mysite/settings.py", _follow_the_pages)

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        """Change the text of a file, which has to become another."""
        file = self.directory / name
        before = file.read_text()
        after = change(before)
        assert after != before
        file.write_text(after)

    def use_synchronous_consumers(self) -> None:
        """Go back from part 3 of the tutorial to part 2."""
        chat = self.directory / "chat"
        (chat / "consumers_of_part_2.py").replace(chat / "consumers.py")

    def convert_by_settings(self) -> None:
        """Do what the README says of ``INSTALLED_APPS``, which has only Daphne here."""
        self.edit(
            "mysite/settings.py",
            lambda text: text.replace(
                "'daphne',\n", "'channels_fast',\n    'daphne',\n"
            ),
        )
        self.edit("mysite/asgi.py", _move_imports_below_django)

    def convert_and_go_back(self) -> None:
        """Switch, then do what docs/migrating.md says of the way back."""
        self.convert_by_settings()
        self.edit(
            "mysite/settings.py",
            lambda text: text.replace("    'channels_fast',\n", ""),
        )

    def convert_by_install(self) -> None:
        """Do what the README says of ``install()``; the settings stay as they are."""
        for name in ("manage.py", "mysite/asgi.py"):
            self.edit(name, lambda text: INSTALL + text)

    def convert_router(self) -> None:
        """Do what the README says of ``channels_fast.routing``."""
        self.edit(
            "mysite/asgi.py",
            lambda text: text.replace(
                "from channels.routing", "from channels_fast.routing"
            ),
        )


def _follow_the_pages(text: str) -> str:
    assert text.count("INSTALLED_APPS = [\n") == 1
    return text.replace("INSTALLED_APPS = [\n", APPS) + SETTINGS


def _move_imports_below_django(text: str) -> str:
    imports = "".join(re.findall(r"^from channels\..*\n", text, re.MULTILINE))
    rest = re.sub(r"^from channels\..*\n", "", text, flags=re.MULTILINE)
    line = "django_asgi_app = get_asgi_application()\n"
    return rest.replace(line, f"{line}\n{imports}")

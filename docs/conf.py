"""
How Sphinx makes the site: ``make docs``.

The root of the repository is the source, and this directory has the configuration. So a
link such as ``../SECURITY.md`` leads to the same page on the site as on GitHub, and
Sphinx checks it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from channels_fast import VERSION

settings.configure(
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
    ],
    DATABASES={},
)
django.setup()

project = "channels_fast"
version = release = VERSION
author = "The authors of channels_fast"
project_copyright = author

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "examples/chat/README.md",
]
# Not entered: they hold tens of thousands of files.
exclude_patterns = [".*", "target", "dist", "python", "rust", "tests", "benches"]

# Plain HTML that asks no other host, follows the colors of the system and fits a phone.
# Other themes with as much upkeep want a bar of sections or a framework of styles.
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
# The page that leads from the address of the site to docs/index.html.
html_extra_path = ["_root"]
html_show_copyright = False
pygments_dark_style = "github-dark"
html_copy_source = False
# Search engines are led to one of the versions that Read the Docs has.
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
# No icon or script comes from another host.
html_theme_options = {"footer_icons": []}

# As GitHub makes them, so that a link to a heading works in both places.
myst_heading_anchors = 4

# Docstrings have ``code`` and `code` alike.
default_role = "code"
add_module_names = False
autodoc_typehints = "signature"
autodoc_type_aliases = {
    name: name for name in ("Application", "Message", "Receive", "Scope", "Send")
}
# Only the live server needs it.
autodoc_mock_imports = ["daphne"]
autodoc_member_order = "bysource"
autodoc_default_options = {
    "members": True,
    "show-inheritance": True,
    # It is about `import *`, and has names of other modules.
    "ignore-module-all": True,
}
napoleon_numpy_docstring = False

# The build asks no other host, so it knows the public names of this package only.
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!channels_fast\.(?!_)).*")]


def copy_pictures(app: Any, error: object) -> None:
    """Copy what a `<picture>` of a page shows, of which Sphinx knows nothing."""
    source = Path(app.confdir) / "pictures"
    shutil.copytree(source, Path(app.outdir) / "docs" / "pictures", dirs_exist_ok=True)


def setup(app: Any) -> None:
    """Have the pictures copied, as Sphinx calls it."""
    app.connect("build-finished", copy_pictures)

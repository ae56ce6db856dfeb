"""
Make README.md and pyproject.toml ready for the page of a package index.

    python scripts/index_page.py REPOSITORY REF

REPOSITORY is the address of the repository on the web, and REF a tag. The links and the
pictures of README.md get that address, and so does the metadata. Both files are changed
in place, so this is for the checkout that a release is built from.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Where Read the Docs publishes what .readthedocs.yaml has it build.
SITE = "https://channels-fast.readthedocs.io/"
RELATIVE = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)\s]+)\)")
# Of a `<picture>`, whose sources an index leaves out.
RELATIVE_PICTURE = re.compile(r'\b(src|srcset)="(?!https?:)([^"\s]+)"')


def absolute(text: str, repository: str, ref: str) -> str:
    """Return *text* with the address of *repository* in front of relative links."""

    def link(found: re.Match[str]) -> str:
        picture, words, target = found.groups()
        kind = "raw" if picture else "blob"
        return f"{picture}[{words}]({repository}/{kind}/{ref}/{target})"

    text = RELATIVE_PICTURE.sub(rf'\1="{repository}/raw/{ref}/\2"', text)
    return RELATIVE.sub(link, text)


def with_urls(text: str, repository: str) -> str:
    """Return the pyproject.toml *text* with the addresses of the project."""
    if "[project.urls]" in text:
        return text
    urls = {
        "Repository": repository,
        "Documentation": SITE,
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }
    table = "".join(f'{name} = "{address}"\n' for name, address in urls.items())
    return text.replace("[tool.maturin]", f"[project.urls]\n{table}\n[tool.maturin]", 1)


def main(repository: str, ref: str) -> None:
    readme, project = ROOT / "README.md", ROOT / "pyproject.toml"
    readme.write_text(absolute(readme.read_text("utf-8"), repository, ref), "utf-8")
    project.write_text(with_urls(project.read_text("utf-8"), repository), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2])

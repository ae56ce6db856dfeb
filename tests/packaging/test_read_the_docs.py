"""Read the Docs builds the site that `make docs` builds, where the metadata says."""

from __future__ import annotations

import os
import re
import subprocess

import yaml

from tests.support.docs import ROOT

BUILD = yaml.safe_load((ROOT / ".readthedocs.yaml").read_text("utf-8"))["build"]
CI = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))


def test_the_site_of_make_docs_is_what_is_published(tmp_path):
    make, *rest = BUILD["commands"]
    said = subprocess.check_output([*make.split(), "--dry-run"], cwd=ROOT, text=True)
    [directory] = re.findall(r" -m sphinx .* (\S+)$", said, re.M)
    site = tmp_path / directory
    site.mkdir(parents=True)
    (site / "index.html").touch()
    environment = {**os.environ, "READTHEDOCS_OUTPUT": str(tmp_path / "published")}
    for command in rest:
        subprocess.run(command, shell=True, check=True, cwd=tmp_path, env=environment)
    assert [*(tmp_path / "published/html").iterdir()] == [
        tmp_path / "published/html/index.html"
    ]


def test_it_is_built_with_the_python_and_the_system_of_the_tests():
    job = CI["jobs"]["test"]
    steps = [it for it in job["steps"] if "setup-python" in it.get("uses", "")]
    pythons = [it["with"]["python-version"] for it in steps]
    assert pythons == [BUILD["tools"]["python"]]
    assert BUILD["os"] == job["runs-on"]

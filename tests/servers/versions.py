"""
The tests of the protocol under the oldest and the newest of each server.

    nox -s servers                 all of them, and their table in docs/support.md
    nox -s servers -- granian      those of one server

The client and the tests run on the packages of the session. What a server needs is in a
folder of its own, since old servers need versions that the client cannot use.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "target" / "servers"
PAGE = ROOT / "docs" / "support.md"
MARKS = ("<!-- servers -->\n", "<!-- end of servers -->\n")
#: Each server with what its age needs; no version is the newest.
ROWS = [
    ["uvicorn==0.13.4", "websockets==10.4"],
    ["uvicorn", "websockets"],
    ["daphne==3.0.2"],
    ["daphne"],
    ["hypercorn==0.12.0"],
    ["hypercorn"],
    ["granian==2.7.4"],
    ["granian"],
]
#: What the tests record, in the order of the columns.
FEATURES = {
    "reason": "reason of `close()`",
    "compression": "compression",
    "denial response": "denial response",
    "lifespan": "lifespan",
    "lifespan state": "its state",
    "code of the client": "the client's code",
}


def main(wanted: list[str]) -> int:
    """Run the rows of the servers in *wanted*, or all, and write the table."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    for row in ROWS:
        if not wanted or kind_of(row) in wanted:
            run(row)
    lines = [
        f"| server | with | passed | failed | {' | '.join(FEATURES.values())} |",
        "| --- " * (4 + len(FEATURES)) + "|",
        *(f"| {' | '.join(cells_of(row))} |" for row in ROWS),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    before, _, rest = PAGE.read_text().partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    PAGE.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}")
    return any(cells_of(row)[3] != "0" for row in ROWS)


def kind_of(row: list[str]) -> str:
    return row[0].partition("=")[0]


def record_of(row: list[str]) -> Path:
    """Return where the results of a row are, without a suffix."""
    return RESULTS / re.sub(r"\W+", "_", row[0])


def run(row: list[str]) -> None:
    """Install the packages of a row, and run the tests under them."""
    record = record_of(row)
    for suffix in (".json", ".xml"):
        record.with_suffix(suffix).unlink(missing_ok=True)
    shutil.rmtree(record, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    subprocess.run(
        [*pip, "--disable-pip-version-check", f"--target={record}", *row], check=True
    )
    versions = {
        found.name.lower(): found.version
        for found in metadata.distributions(path=[str(record)])
    }
    names = [one.partition("=")[0] for one in row]
    record.with_suffix(".json").write_text(
        json.dumps([f"{name} {versions[name]}" for name in names])
    )
    kind = kind_of(row)
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            f"--junitxml={record.with_suffix('.xml')}",
            # What others put around an application has no part in a server's age.
            *("-k", f"{kind} and (none or workers)"),
            "tests/servers/test_protocol.py",
        ],
        env={**os.environ, "SERVER_PACKAGES": str(record)},
        cwd=ROOT,
        check=False,
    )


def cells_of(row: list[str]) -> list[str]:
    """Return the cells of a row of the table."""
    record = record_of(row)
    if not record.with_suffix(".xml").exists():
        return [row[0], "", "not run", "", *("" for _ in FEATURES)]
    server, *others = json.loads(record.with_suffix(".json").read_text())
    # Our own pytest wrote it a moment ago.
    [suite] = ElementTree.parse(record.with_suffix(".xml")).getroot()
    failed = int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    passed = int(suite.attrib["tests"]) - failed - int(suite.attrib["skipped"])
    has = {one.get("name"): one.get("value") for one in suite.iter("property")}
    marks = ["yes" if has.get(name) == "True" else "no" for name in FEATURES]
    return [server, ", ".join(others), str(passed), str(failed), *marks]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

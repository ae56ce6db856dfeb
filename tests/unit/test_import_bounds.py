"""A module of the package brings in what it needs, and nothing that few projects do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.programs import run_program

LOADED_BY = Path(__file__).parent / "programs" / "modules_loaded_by.py"


def words(text):
    return set(text.split())


#: For each public module, the rooms that it may bring in beside its own.
ROOMS = {
    "db": words("_old_connections"),
    "exceptions": set(),
    "http": words("_typing exceptions"),
    "layers": words("_layers exceptions"),
    "lifespan": words("_typing"),
    "limits": set(),
    "middleware": words("_routes _typing"),
    "routing": words("_routes _rust _typing exceptions"),
    "signals": words("_old_connections db"),
    "utils": words("_typing"),
    "worker": set(),
}
ROOMS["consumer"] = ROOMS["layers"] | ROOMS["signals"]
ROOMS["consumer"] |= words("_typing layers signals utils")
ROOMS["generic.http"] = ROOMS["consumer"] | words("consumer")
ROOMS["generic.websocket"] = ROOMS["generic.http"]
ROOMS["security.websocket"] = ROOMS["generic.http"] | words("_routes generic")
ROOMS["sessions"] = ROOMS["db"] | words("_routes _typing db")
ROOMS["auth"] = ROOMS["sessions"] | words("middleware sessions")
ROOMS["testing"] = ROOMS["auth"] | words("auth exceptions")

#: What shows routes to people, or looks for mistakes in them.
FOR_PEOPLE = words(
    "_routes.describe _routes.languages _routes.near _routes.proofs _routes.resolve "
    "_routes.reversing _routes.shadows _routes.tree _routes.walk"
)
#: What refuses, or tells of what went wrong, and the layer of one process.
FOR_FEW = words(
    "_denial _layers.memory _layers.queue _log _misses _observing "
    "generic._closing security._refusals"
)
NOT_NEEDED = words("channels daphne libcst redis unittest")


@pytest.mark.parametrize("module", ROOMS)
def test_a_module_brings_in_no_more_than_it_needs(module):
    done = run_program(LOADED_BY, f"channels_fast.{module}")
    assert not done.stderr
    loaded = json.loads(done.stdout)
    own = {
        name.partition(".")[2] for name in loaded if name.startswith("channels_fast.")
    }
    rooms = {name.partition(".")[0] for name in own} - {module.partition(".")[0]}
    assert rooms <= ROOMS[module]
    assert not own & (FOR_PEOPLE | FOR_FEW)
    # Models, and so applications that are loaded, are for nobody but who asks for them.
    assert not [name for name in loaded if name.endswith(".models")]
    assert not NOT_NEEDED & {name.partition(".")[0] for name in loaded}

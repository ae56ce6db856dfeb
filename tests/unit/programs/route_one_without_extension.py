"""Routes one connection where the extension cannot be imported."""

import runpy
import sys
from pathlib import Path

sys.modules["channels_fast._rust"] = None
runpy.run_path(str(Path(__file__).with_name("route_one.py")))

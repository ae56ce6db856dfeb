"""
Run the blocks of a page one after the other, as the reader would in one module.

    python run_blocks.py FILE

FILE has a list of pairs as JSON: where a block stands, and its text.
"""

import json
import sys
import warnings
from pathlib import Path

# What a page shows must not be deprecated.
warnings.simplefilter("error")
names = {"__name__": "page"}
for place, text in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
    exec(compile(text, place, "exec"), names)
    print(f"ran {place}")

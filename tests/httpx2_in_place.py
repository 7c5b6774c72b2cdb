"""A pytest plugin: `import httpx` gives httpx2, and `import httpcore` what httpx2 uses.

Loaded before any module of ours: `python -m pytest -p tests.httpx2_in_place`.
"""

import importlib
import sys

for name in ("httpcore", "httpx"):
    sys.modules[name] = importlib.import_module(f"{name}2")

"""`python -m reconciler`, without the modules of the working folder.

Python puts the working folder first on its path, and a stranger's branch may have a `click.py`.
"""

import sys
from importlib import import_module

if not sys.flags.safe_path:
    del sys.path[0]

import_module("reconciler.cli.main").main()

"""What a Rego policy denies in a document: python rego.py POLICY DOCUMENT.

Runs in the environment of the tools, which has Microsoft's Rego interpreter.
"""

import json
import sys
from pathlib import Path

import regopy  # type: ignore[import-not-found]  # only among the tools

policy, document = map(Path, sys.argv[1:])
interpreter = regopy.Interpreter()
interpreter.add_module(policy.name, policy.read_text("utf-8"))
interpreter.set_input(json.loads(document.read_text("utf-8")))
sys.stdout.write(f"{interpreter.query('data.main.deny')}\n")

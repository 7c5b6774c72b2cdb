"""One module per command, with the command's name.

A command parses its options, makes one call into `workflow` or `run_state`, prints the result
and returns an exit code.

Commands must not import each other: code that two of them need is one level up.
"""

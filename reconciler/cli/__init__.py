"""The command line: options in, one workflow call, one output, one exit code.

`main` is the entry point, `commands` has one module per command. `options` and `session` turn
options into a session; `terminal`, `approval` and `signals` interact with the operator; `output`,
`streams`, `ci_log`, `tables` and `views` print.

The only package that may know click and rich. It decides nothing about campaigns.
"""

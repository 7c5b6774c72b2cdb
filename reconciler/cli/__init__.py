"""The command line: options in, one workflow call, one rendering, one exit code.

`main` is the entry point, `commands` has one module per command. `options` and `session` turn
options into a session; `terminal`, `approval` and `signals` talk with the person who waits;
`output`, `streams`, `tables` and `views` print.

The only package that knows click and rich. It decides nothing about campaigns.
"""

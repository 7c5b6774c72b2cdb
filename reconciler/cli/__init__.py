"""The command line: options in, one workflow call, one render call, one exit code."""

"""Live campaigns into manifest text, for `import`.

`draft` decides what a manifest declares, `writer` formats it as a person would.

Sends no request and writes no file.
"""

"""Live campaigns into manifest text, for `import`.

`draft` decides what a manifest says about a campaign, `writer` writes it as a person would.

Asks no vendor and writes no file.
"""

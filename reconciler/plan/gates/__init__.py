"""Turns a plan's changes into gates, which stop apply until somebody acknowledges them by name.

`rules` raises every gate except those about who is contacted, which are in `audience`. `gate` has
their inputs and makes a gate.

Changes no entry: a gate only stops apply.
"""

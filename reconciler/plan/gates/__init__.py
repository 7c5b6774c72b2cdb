"""Turns a plan's changes into gates, which stop apply until somebody accepts them by name.

`rules` raises every gate except those about who is contacted, which are in `audience`, and the one
about names that look the same, which is in `near_twins`. `gate` has their inputs and makes a gate.

Changes no entry: a gate only stops apply.
"""

"""What stops an apply until somebody acknowledges it by name.

`rules` raises every gate but those about who is contacted, which are in `audience`. `gate` is what
they look at, and how one is made.

Changes no entry: a gate only stops.
"""

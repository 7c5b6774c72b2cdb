"""The durable record of what was written and what was about to be created.

`base` is the port. `changes` defines what each write does to an environment's entries. `codec`
turns values into text and back, `receipt_codec` does so for receipts. `sqlite` and `objects` are
the two stores, and `open` chooses between them. `lease` holds an environment's lease for the length
of a run, `gone_holder` proves that a holder is gone. `read_cache` stores readings. `place` refuses
files that may be a stranger's, and `git_index` tells it what git tracks.

Knows no vendor and no plan, and decides nothing about campaigns.
"""

"""What differs between a manifest, the live campaign and the ledger, and who changed it.

`leaves` judges each leaf, `fields` turns that into the changes that are shown, `reach` says
whether a change may reach more people. `run_state` compares states, `unknown_creates` finds
campaigns that a create of unknown outcome may have made.

Says what is, not what to do about it: that is in `changes`.
"""

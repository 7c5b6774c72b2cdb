"""Compares a manifest, the live campaign and the ledger: what differs, and which side changed.

`leaves` judges each leaf, `fields` turns the verdicts into the changes that are shown, `reach`
decides whether a change may reach more people. `run_state` compares states, `unknown_creates` finds
campaigns that a create of unknown outcome may have made.

States facts only; what to do about them is decided in `changes`.
"""

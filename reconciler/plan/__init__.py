"""Turns desired, live and ledger values into one frozen plan; pure.

`build` runs the steps in order: `selection` and `inventory` determine the campaigns, `match` finds
the live campaign, `compare` finds what differs, `changes` makes the entry, `gates` finds what needs
an acceptance, `outreach` and `windows` find who may be contacted and when. `inputs` is what a
plan is made from, `model` the result, `document` its saved form.

Sends no request and reads no clock: the time is an input. Knows no file, vendor call or terminal.
"""

"""Desired, live and ledger values into one frozen plan; pure.

`build` runs the steps in order: `selection` and `inventory` say what it is about, `match` finds the
live campaign, `compare` what differs, `changes` the entry, `gates` what needs an acknowledgement,
`outreach` and `windows` who may be contacted and when. `inputs` is what a plan is made from,
`model` the result, `document` its saved form.

Asks nobody and reads no clock: the time is an input. Knows no file, vendor call or terminal.
"""

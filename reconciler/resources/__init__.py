"""What a campaign is: kinds, their field tables, and the values that travel between packages.

`base` has what every kind has in common, `kinds` is the registry, `kore`, `kore_specs` and
`carecycle` are the kinds, `tree` is the canonical form. `snapshot`, `ledger_records`, `writes`,
`follow_up` and `outcome` are what was read, recorded, asked for and answered; `receipt` is what the
history keeps of a run.

Knows no HTTP, no file and no plan.
"""

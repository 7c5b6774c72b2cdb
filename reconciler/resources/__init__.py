"""What a campaign is: kinds, their field tables, and the values that packages exchange.

`base` has what all kinds have in common, `kinds` is the registry, `kore`, `kore_specs` and
`carecycle` are the kinds, `tree` is the canonical form, `name_key` is what people see of a name.
`snapshot` is what was read, `ledger_records` what was recorded, `writes` and `follow_up` what is
requested, `outcome` how it ended; `receipt` is what the history records of a run.

Knows no HTTP, no file and no plan.
"""

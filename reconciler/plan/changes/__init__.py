"""One campaign into one entry of the plan.

`create`, `update` and `remove` each take the campaigns of one situation: not there, live, or on its
way out. `entry` is what all entries begin as, `errors` says why a campaign cannot be planned.

Each sees one campaign at a time; what concerns several is in `gates`.
"""

"""Start campaigns and set schedules: both contact people.

`start` and `schedule` are the two commands. `agree` shows what would happen, asks, takes the lease
and reads again. `preconditions` finds what forbids a launch, `audience` finds who is contacted.
`model` has the values that they share.

Never repeats a start whose outcome is unknown.
"""

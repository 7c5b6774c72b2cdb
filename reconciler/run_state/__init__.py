"""Run state by hand: status, start, schedule, and the stop that holds until it is cleared.

`status` shows it, `launch` starts campaigns and sets schedules, `stop` stops all of them, `accept`
agrees to a state that drift would report. `known_campaigns` says which campaigns are ours,
`unsettled` what nobody knows about earlier launches, `sending` sends one write, `recording` puts
states into the ledger.

Uses `workflow` for sessions and plans; nothing in `workflow` knows this package.
"""

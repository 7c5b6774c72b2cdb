"""The commands about run state: status, start, schedule and stop.

`status` reads the run state, `launch` starts campaigns and sets schedules, `stop` stops campaigns,
`accept` accepts a state that drift would report. `known_campaigns` lists our campaigns,
`unsettled` finds earlier launches whose outcome is unknown, `sending` sends one write, `recording`
writes states to the ledger.

Uses `workflow` for sessions and plans; `workflow` must not know this package.
"""

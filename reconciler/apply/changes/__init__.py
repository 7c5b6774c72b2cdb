"""Turns one planned change into its outcome.

`create` sends the one request that must never be sent twice, `follow_up` completes the requests
that come after it, `update` sends everything that changes an existing campaign. `repeatable` sends
writes that may be sent again.

Knows no other target, and does not decide what to change: the plan did that.
"""

"""The port to a vendor, and what all HTTP vendors share.

`base` is the port. `kore` and `carecycle` implement it with `client`, which signs requests and
repeats reads (`retry`, `rate_limit`, `http`), and with `response` and `paging`, which read
responses. `redaction` makes a vendor's words safe to print, `masking` finds credentials in them.
`wrappers`, `marking` and `stable_listing` work with any provider. `plugin` is how a vendor is
described, built in or not; `plugin_rules` checks the description, and `discovery` finds it by name.

Knows no manifest, plan or ledger. A write is sent once.
"""

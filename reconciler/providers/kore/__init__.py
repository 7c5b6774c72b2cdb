"""Kore.ai: the campaign API of its contact center, v1 and v2.

`provider` is the port's implementation. `requests` turns a write into requests, `answers` responses
into facts, `mapping` records into campaigns, `paging` the responses of a listing into pages. `api`
has the endpoints, `auth` makes the tokens.

Knows nothing of CareCycle. The vendor's raw JSON stops in `mapping`.
"""

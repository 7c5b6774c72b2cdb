"""Kore.ai: the campaign API of its contact center, v1 and v2.

`provider` is the port's implementation. `requests` turns a write into requests, `answers` responses
into facts, `mapping` records into campaigns, `paging` the answers of a listing into pages. `api`
says where a target is, `auth` makes its tokens.

Knows nothing of CareCycle. The vendor's raw JSON stops in `mapping`.
"""

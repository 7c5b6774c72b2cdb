"""CareCycle: the campaign API.

`provider` is the port's implementation. `requests` turns a write into requests, `answers` responses
into facts, `mapping` records into campaigns; `api` has the endpoints.

Knows nothing of Kore.ai. The vendor's raw JSON stops in `mapping`.
"""

"""For the tests of providers: the conformance suite, and a clock that drives it.

`provider` is the suite to derive from; its tests are in `reads`, `writes` and `faults`. A tester
gives it an `account`. In `clock`, only `sleep` moves the time. `memory` is a provider in memory,
for tests of code that works with any provider.

It needs pytest, which reconciler itself does not need. The product does not import this package.
"""

import pytest

# The one statement in an __init__: it must run before the modules below are imported. With it, a
# failed assert in them shows what it compared.
pytest.register_assert_rewrite("reconciler.testing.reads", "reconciler.testing.writes")
pytest.register_assert_rewrite("reconciler.testing.faults", "reconciler.testing.account")

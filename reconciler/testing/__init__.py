"""For the tests of whoever writes a provider: the conformance suite, and a clock to drive it with.

`provider` is the suite to derive from, with the tests in `reads`, `writes` and `faults`; `account`
is what a tester gives it. `clock` is time that only `sleep` moves. `memory` is a provider in
memory, for tests of what works with any provider.

Needs pytest, which reconciler itself does not; nothing in the product imports this package.
"""

import pytest

# The one statement in an __init__: it must run before the modules below are imported, and lets
# a failed assert in them say what it compared.
pytest.register_assert_rewrite("reconciler.testing.reads", "reconciler.testing.writes")
pytest.register_assert_rewrite("reconciler.testing.faults", "reconciler.testing.account")

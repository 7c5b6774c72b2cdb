"""For the tests of whoever writes a provider: the conformance suite, and a clock to drive it with.

Needs pytest, which reconciler itself does not.
"""

import pytest

# The one statement in an __init__: it must run before the modules below are imported, and lets
# a failed assert in them say what it compared.
pytest.register_assert_rewrite("reconciler.testing.reads", "reconciler.testing.writes")
pytest.register_assert_rewrite("reconciler.testing.faults", "reconciler.testing.account")

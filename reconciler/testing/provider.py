"""The conformance suite for providers: derive a test class from it and give it an account.

    class TestBoard(ProviderConformance):
        @pytest.fixture
        def account(self, tmp_path: Path) -> Account:
            return BoardAccount(tmp_path / "board.json")

`FaultConformance` has further tests, for accounts that can cause faults.
"""

from reconciler.testing.reads import ReadConformance
from reconciler.testing.writes import WriteConformance


class ProviderConformance(ReadConformance, WriteConformance):
    """Every *must* of the port that can be tested without faults."""

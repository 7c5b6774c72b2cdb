"""Fixtures of the ledger's tests that a page needs too."""

from tests.contract.conftest import s3_config

__all__ = ["s3_config"]

"""Desired, live and ledger values into a plan; pure."""

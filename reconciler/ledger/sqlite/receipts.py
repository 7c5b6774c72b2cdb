"""Stores the receipts of an environment as rows that are added and never changed."""

import sqlite3

from reconciler.ledger.changes import PART
from reconciler.ledger.receipt_codec import decode_receipt, encode_receipt
from reconciler.ledger.receipt_parts import with_unfinished
from reconciler.ledger.sqlite.entries import read_family
from reconciler.resources.receipt import Receipt


def add_receipt(connection: sqlite3.Connection, environment: str, receipt: Receipt) -> None:
    """Add a receipt, inside the transaction that the caller holds."""
    connection.execute(
        "INSERT INTO receipts (environment, body) VALUES (?, ?)",
        (environment, encode_receipt(receipt)),
    )


def read_receipts(connection: sqlite3.Connection, environment: str) -> tuple[Receipt, ...]:
    """All receipts, with what runs left that did not end with one."""
    rows = connection.execute(
        "SELECT number, body FROM receipts WHERE environment = ? ORDER BY number", (environment,)
    )
    kept = [decode_receipt(f"receipt {number}", body) for number, body in rows]
    return with_unfinished(kept, read_family(connection, environment, PART))

"""Adapters for the vendors' APIs: list, get, and writes."""

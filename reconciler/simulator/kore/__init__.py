"""Kore.ai's campaign API, v1 and v2, as api/kore.md describes it."""

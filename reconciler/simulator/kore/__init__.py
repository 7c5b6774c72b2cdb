"""Kore.ai's campaign API, v1 and v2, as docs/vendors/kore.md describes it."""

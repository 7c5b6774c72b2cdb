"""Kore.ai: the campaign API of its contact center, v1 and v2."""

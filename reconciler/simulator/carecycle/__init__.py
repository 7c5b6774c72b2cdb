"""CareCycle's campaign API as api/carecycle.md describes it."""

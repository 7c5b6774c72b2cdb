"""CareCycle's campaign API as docs/vendors/carecycle.md describes it."""

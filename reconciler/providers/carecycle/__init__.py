"""CareCycle: the campaign API."""

"""A plan into outcomes: at most one create per campaign."""

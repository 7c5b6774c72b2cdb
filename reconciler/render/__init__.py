"""A plan, a report or diagnostics into text, JSON and other forms; never back."""

"""A plan, a report or diagnostics into text, JSON and other forms; reads none of them back."""

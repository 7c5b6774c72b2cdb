"""Use cases: what a command does, strung together from the layers below."""

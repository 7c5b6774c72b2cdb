"""The durable record of what was written and what was about to be created."""

"""Run state by hand: status, start, stop, schedule, and the stop that holds until it is cleared."""

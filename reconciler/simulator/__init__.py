"""The vendors' APIs on this machine, with faults on demand."""

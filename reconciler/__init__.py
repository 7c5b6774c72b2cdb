"""Campaigns as code: manifests in git, a plan, and an apply that sends nothing twice."""

__version__ = "0.1.0"

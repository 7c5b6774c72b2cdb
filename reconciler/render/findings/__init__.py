"""Errors and warnings into the formats that code hosts and test reports read.

`sarif`, `gitlab` and `junit` are files; `github` is lines that a runner obeys.
"""

"""Turns a plan into a JSON document and back.

`file` is the saved form, byte for byte: anything that we did not write is refused. `terraform` and
`ours` are its models: Terraform's plan shape, and what that shape has no place for. `encode` and
`decode` convert between models and plan.

Knows the plan's values, but not how a plan is made.
"""

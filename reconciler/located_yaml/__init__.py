"""YAML and JSON text into nodes with their line and column.

`text` decodes a file's bytes, `reader` parses them, `composer` builds documents within limits,
`scalars` types plain values, `node` is the result. `problems` turns pydantic's errors into
diagnostics at a node's place.

Knows no manifest and no project file; `manifests` and `config` both use it.
"""

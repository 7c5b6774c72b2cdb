"""Files into desired campaigns, with every problem located.

`loader` reads a whole project: `files` finds the files, `decoder` makes a document a campaign per
environment, `references` checks what its metadata refers to. `envelope` is the shape around a
spec, `schema` publishes it for editors, `scope` is what a manifest may refer to. `export` goes
the other way.

Knows no project file, no live campaign (but in `export`) and no plan.
"""

"""Files into desired campaigns, with the place of every problem.

`loader` reads a whole project: `files` finds the files, `decoder` turns a document into a campaign
per environment, `references` checks what its metadata refers to, `vendor_names` the name that the
vendor gets. `envelope` is the shape around a spec, `schema` publishes it for editors, `scope` is
what a manifest may refer to. `export` turns live campaigns into manifests.

Knows no project file, no live campaign (except in `export`) and no plan.
"""

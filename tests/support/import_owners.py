"""Which files and folders of the package may import which library."""

OWNERS = {
    "click": ("cli/",),
    "deepdiff": ("plan/compare/fields.py",),
    "httpcore": ("providers/connection.py",),
    "httpx": ("providers/http.py", "providers/connection.py"),
    "jwt": ("providers/kore/auth.py", "simulator/kore/auth.py"),
    "obstore": ("ledger/objects/store.py",),
    "pytest": ("testing/",),
    "reconciler.testing": ("testing/",),
    "rich": ("cli/",),
    "ruamel": ("located_yaml/reader.py", "manifests/export/writer.py"),
    "sqlite3": ("ledger/sqlite/", "ledger/schema.py", "ledger/read_cache.py", "simulator/"),
    "starlette": ("simulator/server.py",),
    "tenacity": ("providers/retry.py",),
    "uvicorn": ("simulator/server.py",),
}
"""Library, or package of ours, to the files and folders that may import it."""

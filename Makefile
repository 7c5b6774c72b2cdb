# Every target does its own set-up; Python 3.11 or newer, make and a package index are enough.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test lint faults bench schemas constraints clean

help:  ## Show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: .venv/runtime  ## The whole story on the embedded simulator, no account needed
	$(BIN)/reconciler demo

test: .venv/dev  ## The everyday test suite
	$(BIN)/python -m pytest -n auto

lint: .venv/dev  ## Style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

faults: .venv/dev  ## Prove "at most one create" under crashes and faults; prints the figures
	RECONCILER_SOAK_CLIENTS=50 RECONCILER_SOAK_ATTEMPTS=100 \
	  $(BIN)/python -m pytest -q --timeout 900 tests/contract/test_lock_soak.py
	$(BIN)/python -m tests.faults --schedules 10000 --kills 200 --stride 1 --bench 100 1000 10000

bench: .venv/dev  ## Print speed and memory figures
	$(BIN)/python tests/benchmarks/run.py

schemas: .venv/dev  ## Write schemas/ again from the models
	$(BIN)/reconciler schema --out schemas

constraints:  ## Pin the dependencies again, with hashes and without addresses (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	  --upgrade --no-emit-index-url --no-annotate --no-header -q -o requirements/runtime.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header -q -c requirements/runtime.txt -o requirements/dev.txt

clean:  ## Remove what the targets made
	rm -rf .venv build dist .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -m venv .venv

# The package itself is installed in place, with the pinned build backend, after its dependencies.
.venv/dev: requirements/dev.txt pyproject.toml | .venv/bin/python
	$(INSTALL) --require-hashes -r requirements/dev.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch .venv/runtime $@

.venv/runtime: requirements/runtime.txt pyproject.toml | .venv/bin/python
	$(INSTALL) --require-hashes -r requirements/runtime.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

# Every target does its own set-up; Python 3.11 or newer, make and a package index are enough.
PYTHON ?= python3
BIN := .venv/bin
TOOLS := tools checkov supply-chain
# uv trusts what this machine trusts, as pip does, and bears slow networks.
export UV_SYSTEM_CERTS := true
export UV_HTTP_TIMEOUT := 180
# The tests start hundreds of processes, which would each compile the program again.
export PYTHONDONTWRITEBYTECODE :=
# Some tests wait for processes that they start; one more worker uses that time.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo check test fuzz lint compat faults mutants bench schemas docs changelog constraints tools integration dist sbom audit clean

help:  ## Show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: .venv/runtime  ## The whole story on the embedded simulator, no account needed
	$(BIN)/reconciler demo

check: .venv/dev  ## Unit tests and golden files, in about a minute
	$(BIN)/python -m pytest -q -n auto tests/unit tests/golden tests/invalid

test: .venv/dev  ## The everyday test suite
	$(BIN)/python -m pytest -n $(WORKERS)

fuzz: .venv/dev  ## Search for new failures with new random input, until Ctrl-C
	while HYPOTHESIS_PROFILE=default $(BIN)/python -m pytest -q -n auto -m hypothesis && \
	  RECONCILER_DRAWN_TEXTS=2000 RECONCILER_DRAWN_SEED=$$(date +%s) $(BIN)/python -m pytest -q \
	    -n auto tests/acceptance/vendors/test_drawn_texts.py && \
	  RECONCILER_RANDOM_LINES=1500 RECONCILER_DRAWN_SEED=$$(date +%s) $(BIN)/python -m pytest -q \
	    -n auto tests/acceptance/cli/test_random_lines.py && \
	  $(BIN)/python -m tests.faults --first $$(date +%s) --seconds 300 --stride 0; do :; done

lint: .venv/dev  ## Style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

compat: .venv/lowest  ## Tests with the lowest allowed versions, and with httpx2 in place of httpx
	.venv/lowest/bin/python -m pytest -q -n auto tests/unit tests/golden tests/invalid
	.venv/lowest/bin/python -m pytest -q -n auto -p tests.httpx2_in_place tests/unit/providers tests/contract

faults: .venv/dev  ## Prove "at most one create" under crashes and faults; prints the figures
	RECONCILER_SOAK_CLIENTS=50 RECONCILER_SOAK_ATTEMPTS=100 \
	  $(BIN)/python -m pytest -q --timeout 900 -m "" tests/contract/test_lock_soak.py
	$(BIN)/python -m tests.faults --schedules 10000 --combinations 10000 --kills 200 --stride 1 --bench 100 1000 10000

mutants: .venv/dev  ## Change the modules that decide what is sent; fails if no test notices a change
	$(INSTALL) --require-hashes -r requirements/mutants.txt
	$(BIN)/mutmut run
	@echo "Changes that no test noticed (mutmut show NAME):"
	@! $(BIN)/mutmut results | grep -vE ': (timeout|caught by type check)$$'

bench: .venv/dev  ## Print speed and memory figures
	$(BIN)/python tests/benchmarks/run.py
	$(BIN)/python -m tests.benchmarks.reads
	$(BIN)/python -m tests.benchmarks.creates
	$(BIN)/python -m tests.benchmarks.object_ledger

schemas: .venv/dev  ## Write schemas/ again from the models
	$(BIN)/reconciler schema --out schemas

integration: .venv/dev tools  ## Check the hooks, the CI files and the outputs with the tools that read them
	$(BIN)/python -m pytest -q -n auto --timeout 400 tests/tools
	$(BIN)/python -m pytest -q -n auto -m s3 tests/contract tests/docs

tools: $(TOOLS:%=.tools/%/installed) .tools/node/installed .tools/debian/installed  ## Install these tools at pinned versions into .tools, without root

changelog: .venv/dev  ## Put the fragments of changes/ into CHANGELOG.md (VERSION=...)
	$(BIN)/towncrier build --yes --version $(VERSION)

docs: .venv/dev  ## Write the generated parts of README.md and docs/ again
	$(BIN)/python -m tests.docs

COMPILE_ONLY := $(BIN)/uv pip compile --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --no-header -q
COMPILE := $(COMPILE_ONLY) pyproject.toml

constraints: .venv/uv  ## Pin the dependencies again, with hashes and without addresses
	$(COMPILE) --universal --upgrade -o requirements/runtime.txt
	$(COMPILE) --universal --extra cloud -c requirements/runtime.txt -o requirements/cloud.txt
	for group in build uv $(TOOLS); do \
	  $(COMPILE_ONLY) --universal --group $$group --upgrade -o requirements/$$group.txt || exit 1; done
	$(COMPILE) --universal --group dev -c requirements/cloud.txt -c requirements/build.txt -o requirements/dev.txt
	$(COMPILE) --universal --group mutants -c requirements/dev.txt -o requirements/mutants.txt
	$(COMPILE) --resolution lowest-direct --group build -o requirements/lowest.txt
	grep -oE '^[a-z0-9._-]+==[^ ]+' requirements/lowest.txt > requirements/.lowest
	$(COMPILE) --group dev --group httpx2 -c requirements/.lowest -o requirements/lowest.txt
	rm requirements/.lowest

dist: .venv/runtime  ## Build the source distribution and the wheel, the same bytes each time
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m hatchling build --directory dist

sbom: .tools/supply-chain/installed  ## List what an installation holds, for a release (CycloneDX)
	mkdir -p build
	.tools/supply-chain/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
	  --output-file build/sbom.cdx.json requirements/cloud.txt

audit: .tools/supply-chain/installed  ## Look for known vulnerabilities in the pinned dependencies
	for pins in cloud build dev mutants uv $(TOOLS); do \
	  .tools/supply-chain/bin/pip-audit --strict --disable-pip --require-hashes -r requirements/$$pins.txt || exit 1; done

clean:  ## Remove what the targets made
	rm -rf .venv .tools build dist .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis mutants

.venv/bin/python:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer with its venv module is needed. Name it with: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/lowest: requirements/lowest.txt | .venv/bin/python
	$(PYTHON) -m venv --clear $@
	$@/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# The package itself is installed in place, with the pinned build backend, after its dependencies.
.venv/dev: requirements/dev.txt pyproject.toml | .venv/bin/python
	$(INSTALL) --require-hashes -r requirements/dev.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch .venv/runtime $@

.venv/uv: requirements/uv.txt | .venv/bin/python
	$(INSTALL) --require-hashes -r $<
	touch $@

.venv/runtime: requirements/runtime.txt requirements/build.txt pyproject.toml | .venv/bin/python
	$(INSTALL) --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

# Each folder's stamp is made last, so that an interrupted installation is begun again. Where uv cannot
# reach an index that pip is configured for, pip does it.
UV_INSTALL := $(BIN)/uv pip install --quiet --require-hashes

.tools/%/installed: requirements/%.txt | .venv/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .tools/$*
	$(UV_INSTALL) --python .tools/$* -r $< || \
	  $(BIN)/python -m pip --python .tools/$* install --quiet --require-hashes -r $<
	touch $@

.tools/node/installed: tests/tools/package.json
	mkdir -p .tools/node
	cp $< .tools/node
	cd .tools/node && npm install --silent --no-package-lock --ignore-scripts --no-audit --no-fund
	chmod +x .tools/node/node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool
	touch $@

.tools/debian/installed: tests/tools/debian.sh
	sh $<
	touch $@

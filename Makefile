# Each target does all its own set-up. `make help` lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell python3.11 -c '' 2>/dev/null && echo python3.11 || echo python3)
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
READY := .venv/.stamp
ROOMS := tests/rules tests/stories tests/properties

# Real loan data, if a copy lies beside the project. Tests that need it say so when it is missing.
ifndef REAL_DATA
ifneq ($(wildcard ../shared/data),)
REAL_DATA := $(abspath ../shared/data)
endif
endif
export REAL_DATA

.PHONY: help demo test check check-format check-lint check-types check-imports check-tests \
        format bench up lock clean

help: ## Say what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## Half a year of collections in minutes, on an embedded server (KEEP=1 leaves it up; PORTS="ui=9233 doors=9030")
	$(BIN)/python starter.py demo $(if $(KEEP),--keep) $(PORTS:%=--port %)

test: $(READY) ## Every test (ARGS="-k promise" passes options to pytest)
	$(BIN)/pytest -q -n 2 tests $(ARGS)

check: $(READY) ## Format, lint, types, imports and the fast tests, side by side
	@$(MAKE) --no-print-directory --keep-going --jobs=3 --output-sync=target \
	    check-types check-tests check-imports check-lint check-format

check-format: $(READY)
	$(BIN)/ruff format --check --quiet .

check-lint: $(READY)
	$(BIN)/ruff check --quiet .

check-types: $(READY)
	$(BIN)/mypy --no-error-summary

check-imports: $(READY)
	$(BIN)/lint-imports --no-logo

check-tests: $(READY)
	$(BIN)/pytest -q -n 2 -m "not slow" $(wildcard $(ROOMS))

format: $(READY) ## Format the code and mend what the linter can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

bench: $(READY) ## Measure, each number beside a bare baseline; writes build/bench.json
	@mkdir -p build
	$(BIN)/python -m bench

up: $(READY) ## Upgrade the ledger and run a worker against the services named in FORBEAR_*
	@mkdir -p .data
	$(BIN)/python -m ledger.migrate
	exec $(BIN)/python worker.py

# The environment is as good as its pinned list: a changed list is installed again.
$(READY): requirements/dev.txt
ifdef UV
	test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
else
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
endif
	@touch $@

lock: ## Pin the requirements anew, with hashes (needs uv)
	cd requirements && for list in runtime dev; do \
	    $(or $(UV),uv) pip compile --quiet --upgrade --universal --python-version 3.11 \
	        --generate-hashes --no-emit-index-url --no-annotate --no-header \
	        --output-file $$list.txt $$list.in; done

clean: ## Remove what was made here: the environment, build/ and the caches; .data/ stays
	rm -rf .venv build .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

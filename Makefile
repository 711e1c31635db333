# `make demo` and `make test` do all the set-up they need; it takes python3 >= 3.11, git and make.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.complete
LAKE   := $(VENV)-ducklake
DATA   ?= data
CONFIG ?= config

.DEFAULT_GOAL := help
.PHONY: help setup demo test soak soak-deliver test-ducklake run serve docs screenshots lint format lock verify-lock bench clean

help: ## what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## the virtual environment, from the hashed lock file

# The lock is its own constraint file, too: pip looks for a package with an extra (sqlalchemy[asyncio]) beside the
# pinned line without one, and refuses the newer version that it finds there.
INSTALL = -m pip install --quiet --disable-pip-version-check

# The stamp is written last, so that a set-up that was cut short is begun again.
$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Qwen Watch needs Python 3.11 or newer; \`$(PYTHON)\` is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Say which to use: make PYTHON=/path/to/python3.11 setup" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "\`$(PYTHON)\` has no venv module (on Debian: apt install python3-venv)." >&2; exit 2; }
	@test -x $(BIN)/python || { rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python $(INSTALL) --require-hashes -r requirements-dev.lock -c requirements-dev.lock
	$(BIN)/python $(INSTALL) --no-deps --no-build-isolation --no-index -e .
	@touch $@

demo: setup ## seventeen days of a bundled newsroom through the real monitor, on loopback
	$(BIN)/python -m tests.newsroom.demo

test: setup ## every test but the soak
	$(BIN)/python -m pytest

soak: setup ## kill -9 through fifty cycles, schedules, a worker, hostile text in full; some ten minutes
	$(BIN)/python -m pytest -n 0 -m soak --deselect tests/flows/test_kill_of_delivery.py

soak-deliver: setup ## kill -9 at two thousand random points of delivery; some ten minutes
	$(BIN)/python -m pytest -n 0 -m soak tests/flows/test_kill_of_delivery.py

test-ducklake: $(LAKE)/.complete ## the warehouse's tests, unchanged, on a DuckLake with a local catalog
	$(LAKE)/bin/python -m pytest -p tests.warehouse.ducklake tests/warehouse

# An environment of its own: the extension is of one DuckDB version, and may not be of ours.
$(LAKE)/.complete: requirements-ducklake.lock
	@test -x $(LAKE)/bin/python || { rm -rf $(LAKE) && $(PYTHON) -m venv $(LAKE); }
	$(LAKE)/bin/python $(INSTALL) --require-hashes -r requirements-ducklake.lock -c requirements-ducklake.lock
	$(LAKE)/bin/python $(INSTALL) --no-deps --no-build-isolation --no-index -e .
	@touch $@

run: setup ## one cycle: fetch what is due, reconcile, alert
	$(BIN)/qwen-watch run --data $(DATA) --config $(CONFIG)

serve: setup ## monitor, deliver and digest on their schedules, in the foreground
	$(BIN)/qwen-watch serve --data $(DATA) --config $(CONFIG)

docs: setup ## the documentation as a site in build/site, without a request to anywhere
	$(BIN)/mkdocs build --quiet --strict

screenshots: setup ## the pictures of the docs, from the demo; needs a Chromium
	@test -d demo-data || $(MAKE) demo
	$(BIN)/python -m tests.newsroom.screenshots demo-data

lint: setup ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup ## put the code into the project's layout
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Universal, so that one lock serves every platform; no index lines, so that it names no registry.
COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
          --no-emit-index-url --no-emit-find-links --no-header
lock: setup ## resolve the dependencies (UPGRADE=--upgrade: to the newest), then `make verify-lock`
	$(COMPILE) $(UPGRADE) -o requirements.lock pyproject.toml
	$(COMPILE) $(UPGRADE) --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	sed -n 's/^\([a-z0-9._-]*==.*\) \\$$/\1/p' requirements-dev.lock | grep -v '^duckdb==' | \
	  $(COMPILE) $(UPGRADE) --extra dev --extra ducklake -c - -o requirements-ducklake.lock pyproject.toml

# A resolved lock can still be unable to start: this installs the run-time lock alone, into an empty
# environment, and starts what people start.
verify-lock: ## install requirements.lock alone into an empty environment and start everything once
	@set -eu; dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	$(PYTHON) -m venv "$$dir/venv"; bin="$$dir/venv/bin"; \
	"$$bin/python" $(INSTALL) --require-hashes -r requirements.lock -c requirements.lock; \
	"$$bin/python" -m pip check --disable-pip-version-check; \
	"$$bin/python" -c 'import prefect.server.api.server, duckdb; print("prefect", prefect.__version__, "duckdb", duckdb.__version__)'; \
	PYTHONPATH="$(CURDIR)" "$$bin/python" -m flows.cli --help > /dev/null; \
	PYTHONPATH="$(CURDIR)" "$$bin/python" -m flows.cli check --config config

bench: setup ## figures: articles a second; cycles in which nothing changed, beside peers and beside what spacing allows
	$(BIN)/python bench/extraction.py
	$(BIN)/python bench/idle_cycle.py
	$(BIN)/python bench/many_feeds.py peers
	$(BIN)/python bench/many_feeds.py spacing

clean: ## remove the virtual environment and caches; never the data directory
	rm -rf $(VENV) $(LAKE) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

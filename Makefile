# Everything a newcomer needs: `make serve` and `make test`. Both make their own environment first.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?=

.PHONY: serve check build docs test lint types unit coverage conformance soak bench env lock clean

env: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock --editable .
	touch $@

serve: env
	$(BIN)/twinld check
	$(BIN)/twinld serve $(if $(PORT),--port $(PORT))

check: env
	$(BIN)/twinld check

build: env
	$(BIN)/twinld build

docs: env
	for page in configuration_page command_page rule_pages; do $(BIN)/python scripts/$$page.py || exit 1; done

test: lint types unit

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/twinld fmt --check

types: env
	$(BIN)/mypy

unit: env
	$(BIN)/python -m pytest -m "not conformance and not soak" -n 2

# Apart from `test`: tracing slows the workers of queries so much that their deadlines mean something else.
coverage: env
	$(BIN)/python -m pytest -m "not conformance and not soak" -n 2 --cov --cov-report=term:skip-covered

conformance: env
	TWINLD_CONFORMANCE=1 $(BIN)/python -m pytest -m conformance -n 2

# Its peers live in an environment of their own, so that none of them is a dependency.
# TWINLD_SOAK_SECONDS says how long; 600 unless told.
soak: env
	$(BIN)/python -m pytest -m soak -s

bench: env
	$(PYTHON) -m venv .bench
	.bench/bin/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/check/requirements.txt
	$(BIN)/python benchmarks/check/run.py --peers .bench/bin/python

lock:
	$(BIN)/pip-compile --quiet --extra dev --strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .bench public dist

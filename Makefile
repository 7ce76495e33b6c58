# Python 3.10 to 3.13; `make PYTHON=python3.12 …` picks one.
PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup up test soak bench check format clean

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml sandbox/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --editable '.[dev]' --editable ./sandbox
	touch $@

up: setup
	@$(VENV)/bin/plivo-sandbox up --stack dev --install-cli
	@echo "Next: change a line of stacks/Pulumi.dev.yaml, then"
	@echo "  $(VENV)/bin/plivo-sandbox preview --diff   shows what would happen"
	@echo "  $(VENV)/bin/plivo-sandbox up               does it; refresh and destroy work the same way"
	@echo "  $(VENV)/bin/plivo-sandbox serve            runs the local Plivo alone, for curl or an SDK"

# The official SDK for Node is a client in tests/contract; where it can't be had, its tests are skipped.
$(VENV)/node: | setup
	@if command -v npm >/dev/null; then \
	  npm install --silent --no-audit --no-fund --ignore-scripts --fetch-retries=0 --fetch-timeout=30000 \
	    --prefix $@ plivo@4.79.0 || { rm -rf $@; echo "The tests with Plivo's SDK for Node are skipped: npm could not install it."; }; \
	fi

test: setup $(VENV)/node
	$(VENV)/bin/python -m pytest --numprocesses 2

# Random programs with faults, deaths and other hands, for longer than the tests do; `make soak SOAK_RUNS=20000`.
SOAK_RUNS ?= 5000
soak: setup
	SOAK_RUNS=$(SOAK_RUNS) $(VENV)/bin/python -m pytest tests/faults/test_random_programs.py

# Against the official SDK, side by side on the sandbox, in about 20 minutes; `make bench BENCH="--n 1000 --latency 20"`.
BENCH ?=
bench: setup
	$(VENV)/bin/python -m pip install --quiet --editable '.[bench]'
	$(VENV)/bin/python -m bench $(BENCH)

check: setup
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

format: setup
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

clean:
	rm -rf $(VENV) .sandbox .mypy_cache .pytest_cache .ruff_cache .hypothesis

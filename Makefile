# Python 3.10 to 3.13; `make PYTHON=python3.12 …` picks one.
PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# CI installs exactly what .ci/requirements.txt pins, and nothing whose hash is another.
LOCKED ?= no
PINNED := .ci/requirements.txt

.PHONY: setup up test test-lowest ci-preview soak record bench check format lock dist clean

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml sandbox/pyproject.toml
	$(PYTHON) -m venv $(VENV)
ifeq ($(LOCKED),yes)
	$(VENV)/bin/python -m pip install --quiet --require-hashes --requirement $(PINNED)
	$(VENV)/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable . --editable ./sandbox
else
	$(VENV)/bin/python -m pip install --quiet --editable '.[dev]' --editable ./sandbox
endif
	touch $@

# Where there is no pulumi CLI, Pulumi's own installer is tried; `make up INSTALL_CLI=no` forbids it.
INSTALL_CLI ?= yes
up: setup
	@$(VENV)/bin/plivo-sandbox up --stack dev $(if $(filter yes,$(INSTALL_CLI)),--install-cli)
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

# A linter of workflows; where Go can't get it, its test is skipped.
$(VENV)/bin/actionlint: | setup
	@if command -v go >/dev/null; then \
	  GOBIN=$(CURDIR)/$(dir $@) timeout 60 go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 2>/dev/null \
	    || echo "The test with actionlint is skipped: go could not install it."; \
	fi

test: setup $(VENV)/node $(VENV)/bin/actionlint
	$(VENV)/bin/python -m pytest --numprocesses 2

# The tests with every package at the lowest version that is allowed, in environments of their own: of the provider with
# the lowest SDK that it takes, and of the sandbox with its own, which is a newer one. On the oldest Python if it can be had.
LOWEST := $(CURDIR)/.venv-lowest
LOWEST_PROVIDER ?= tests/unit tests/plans tests/client tests/pool_view tests/program tests/host tests/cli tests/e2e
LOWEST_SANDBOX ?= tests/contract tests/engine tests/plugin
test-lowest: export VIRTUAL_ENV := $(LOWEST)
test-lowest: INSTALL = $(VENV)/bin/uv pip install --quiet --resolution lowest-direct
test-lowest: setup
	$(VENV)/bin/uv venv --quiet --clear --python $(VENV)/bin/python $(LOWEST)
	$(INSTALL) --editable '.[dev]'
	$(VENV)/bin/uv pip freeze | grep '^pulumi==' > $(LOWEST)/sdk.txt
	$(INSTALL) --override $(LOWEST)/sdk.txt --editable '.[dev]' --editable ./sandbox
	$(LOWEST)/bin/python -m pytest --numprocesses 2 $(LOWEST_PROVIDER)
	$(INSTALL) --editable '.[dev]' --editable ./sandbox
	$(LOWEST)/bin/python -m pytest --numprocesses 2 $(LOWEST_SANDBOX)

# Random programs with faults, deaths and other hands, for longer than the tests do; `make soak SOAK_RUNS=20000`.
SOAK_RUNS ?= 5000
soak: setup
	SOAK_RUNS=$(SOAK_RUNS) $(VENV)/bin/python -m pytest tests/faults/test_random_programs.py tests/faults/test_report.py

# The previews of tests/cli/previews, on the real pulumi CLI; it must be on PATH.
record: setup
	$(VENV)/bin/python -m tests.cli.recording

# What the CI files do at a pull request, on the local Plivo: the stack dev is previewed, the report written, the gate applied.
CI_FOLDER := .sandbox/ci-preview
ci-preview: setup
	@status=0; PLIVO_SANDBOX=yes bash docs/ci/steps/preview.sh dev $(CI_FOLDER) || status=$$?; \
	  cat $(CI_FOLDER)/comment.md; exit $$status

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

# Pins the newest of everything, for all the Pythons and systems that it runs on.
lock: setup
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.10 \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--extra dev --output-file $(PINNED) pyproject.toml sandbox/pyproject.toml

# The wheels and sdists of both distributions.
dist: setup
	rm -rf dist
	bash .ci/dist dist

clean:
	rm -rf $(VENV) $(LOWEST) dist .sandbox .mypy_cache .pytest_cache .ruff_cache .hypothesis

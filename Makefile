# The same verbs here, in CI and in the README.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
OTHERS := .venv-bench
INSTALLER ?= $(BIN)/python -m pip install -qq --disable-pip-version-check

.PHONY: run test every-test cover check docs lock bench site clean

run: $(VENV)/.run-installed  ## the nightly job on the sample workspace
	@$(BIN)/waystage run --workspace data/sample

test: check every-test  ## lint, types and every test; side by side with -j2

every-test: $(VENV)/.test-installed
	@$(PYTEST)

cover: $(VENV)/.test-installed  ## every test, and which lines none of them runs; tracing takes a good part of its time
	@$(PYTEST) --cov --cov-report=term:skip-covered

check: $(VENV)/.test-installed  ## lint (ruff's S rules are the security linter), types, fresh docs, packages that fit
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pipelines.reference --check
	@$(BIN)/python -m pip check --disable-pip-version-check

docs: $(VENV)/.test-installed  ## writes docs/reference, and what SQL files read, from the declarations
	@$(BIN)/python -m pipelines.reference

SIZE ?= medium
ROUNDS ?= 3
bench: $(VENV)/.test-installed $(OTHERS)/.installed  ## the figures of docs/performance.md: SIZE=small|medium|large ROUNDS=3 ROWS=night,site
	@$(BIN)/python -m tests.benchmarks --size $(SIZE) --rounds $(ROUNDS) --others $(OTHERS)/bin/python $(if $(ROWS),--rows $(ROWS)) --write

lock:  ## refreshes both lock files; needs uv
	uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra build pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra build --extra test --constraints requirements.lock pyproject.toml --output-file requirements-test.lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Waystage needs Python 3.11 or newer; this is %d.%d. Name one: make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@echo "making the environment in $(VENV) (once, about a minute)" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-installed: requirements.lock pyproject.toml | $(BIN)/python
	@$(INSTALLER) --require-hashes -r requirements.lock
	@$(INSTALLER) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q connectors transforms rules dashboards pipelines  # pip does so for what it copies
	@touch $@

$(VENV)/.test-installed: requirements-test.lock $(VENV)/.run-installed
	@$(INSTALLER) --require-hashes -r requirements-test.lock
	@touch $@

$(OTHERS)/.installed: pyproject.toml  # apart from ours, which must be timed with what it ships with
	@$(PYTHON) -m venv $(OTHERS)
	@$(OTHERS)/bin/python -m pip install -qq --disable-pip-version-check '.[bench]' || \
	  echo "not all of the extra bench could be installed; rows that need it will say so" >&2
	@touch $@

clean:
	rm -rf $(VENV) $(OTHERS) .mypy_cache .ruff_cache .pytest_cache .hypothesis data/sample/.waystage data/sample/published

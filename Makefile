# README.md: `make run` and `make test` need Python >= 3.11 and nothing else.
PYTHON ?= python3
PORT ?= 8080
UV ?= uv
BIN := .venv/bin
LONG_TESTS := tests
AT_ONCE := -n 2 --dist worksteal
COVERAGE_FLOOR := 97
# For example PYTEST_FLAGS=--complete: a test that this machine cannot run is a failure.
PYTEST_FLAGS ?=

.PHONY: run test coverage test-long lint bench weights lock

.venv/runtime: requirements/runtime.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "QingFeng needs Python 3.11 or newer; there is no $(PYTHON). Try: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit("QingFeng needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 run" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up .venv (once; about half a minute with a warm pip cache) …"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/runtime requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

run: .venv/runtime
	$(BIN)/qingfeng demo --port $(PORT)

test: .venv/dev
	$(BIN)/python -m pytest $(AT_ONCE) $(PYTEST_FLAGS)

# The same tests, half as long again: what runs regularly calls this one.
coverage: .venv/dev
	$(BIN)/python -m pytest $(AT_ONCE) --cov --cov-report=term --cov-fail-under=$(COVERAGE_FLOOR) $(PYTEST_FLAGS)

test-long: .venv/dev
	$(BIN)/python -m pytest $(AT_ONCE) --long -m long $(PYTEST_FLAGS) $(LONG_TESTS)

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

weights: .venv/dev
	$(BIN)/python -m nlp.training

bench: .venv/dev
	$(BIN)/python -m benchmarks.turn
	$(BIN)/python -m benchmarks.forms
	$(BIN)/python -m benchmarks.nlp
	$(BIN)/python -m benchmarks.duplicates
	$(BIN)/python -m benchmarks.rounds
	$(BIN)/python -m benchmarks.sendings

# Maintainers only: recompute the lock files after a change of pyproject.toml (needs uv).
lock:
	$(UV) pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --extra build pyproject.toml -o requirements/runtime.txt
	$(UV) pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --extra build --extra dev -c requirements/runtime.txt pyproject.toml -o requirements/dev.txt

# Everything that this project can do with itself. `make` alone lists it.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	&& echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
LOCK := uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--upgrade --quiet --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast lint format docs docs-check check lock clean

help: ## list what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

setup: $(READY) ## make .venv with the locked versions, and compile the kernels once

$(READY): requirements.lock requirements-build.lock pyproject.toml
	@test -n "$(PYTHON)" || { \
		echo "no Python 3.11 or newer was found: install one, or name it: make setup PYTHON=/path/to/python3" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than Python 3.11: name a newer one: make setup PYTHON=/path/to/python3" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make a virtual environment: install its venv package (python3-venv)" >&2; \
		exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(PIP) --require-hashes --only-binary :all: --requirement requirements-build.lock
	$(PIP) --require-hashes --no-build-isolation --requirement requirements.lock
	$(PIP) --no-build-isolation --editable .
	$(BIN)/python -c 'from worldwright.learn.tabular.warm import warm; warm()'
	@touch $(READY)

demo: setup ## learn, make, judge and release, on two sets of real rows
	@failed=0; for project in examples/intrusion examples/bank; do \
		echo; echo "== $$project"; echo; \
		$(BIN)/ww run $$project || failed=1; \
	done; exit $$failed

test: setup ## the whole suite
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-fast: setup ## what takes seconds
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

lint: setup ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup ## let ruff write the files as it likes them
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup ## write the generated pages of the reference
	$(BIN)/python docs/generate.py

docs-check: setup ## the reference is as the code says, and every block of the docs runs
	$(BIN)/python docs/generate.py --check
	$(BIN)/python docs/check.py

check: lint docs-check ## lint and docs

lock: setup ## resolve the versions anew, for every system, with hashes
	$(LOCK) --group build --output-file requirements-build.lock
	$(LOCK) pyproject.toml --all-extras --group dev --output-file requirements.lock

clean: ## take away what was made: .venv, caches, the demo's releases
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf examples/*/releases examples/*/.worldwright

-include bench/bench.mk

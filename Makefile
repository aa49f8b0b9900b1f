# Every command of the project. `make help` lists them.
# Paths are relative to this folder, so that a space in its own path does no harm.

PYTHON := .venv/bin/python
# More arguments for pytest: make test ARGS="tests/law -k gdpr"
ARGS ?=
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:
# Where `make run` listens is taken from make's own command line only: some shells export a HOST of their own.
ifneq ($(origin HOST),command line)
HOST := 127.0.0.1
endif
ifneq ($(origin PORT),command line)
PORT :=
endif
export HOST PORT
unexport PYTHONPATH PYTHONHOME PYTHONSAFEPATH

SETUP = @python="$${TOCSIN_PYTHON:-python3}"; \
	command -v "$$python" >/dev/null || { \
		echo "No Python found as '$$python'. Tocsin needs Python 3.11 or newer: as root, apt-get install -y python3" >&2; \
		echo "or name yours: make demo TOCSIN_PYTHON=/path/to/python3" >&2; exit 1; }; \
	"$$python" -m tools.setup

.PHONY: help setup setup-dev demo run manage test check format-check lint types imports migrations deploy-check \
	bench fmt lock messages clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## Prepare the machine and .venv to run Tocsin
	$(SETUP)

setup-dev: ## The same, and what the tests and checks need
	$(SETUP) --dev

demo: setup ## Show what Tocsin does, on a case told in waves
	@$(PYTHON) -m tools.local migrate --verbosity 0
	@$(PYTHON) -m tools.local demo

run: setup ## Start web, worker and beat on this machine; Ctrl-C ends all
	@$(PYTHON) -m tools.run

manage: setup ## A command of Django on this machine: make manage ARGS="showmigrations"
	@$(PYTHON) -m tools.local $(ARGS)

test: setup-dev ## Run the tests; ARGS="tests/law" for some of them
	@$(PYTHON) -m pytest --numprocesses auto --dist worksteal $(ARGS)

check: setup-dev format-check lint types imports migrations deploy-check test ## What CI runs: every check, then the tests

format-check:
	@echo "== format"
	@$(PYTHON) -m ruff format --check

lint:
	@echo "== lint"
	@$(PYTHON) -m ruff check

types:
	@echo "== types"
	@DEBUG=1 DATABASE_URL=postgresql://127.0.0.1/types $(PYTHON) -m mypy

imports:
	@echo "== floors"
	@$(PYTHON) -c "from importlinter.cli import lint_imports_command as run; run()" --no-logo

migrations:
	@echo "== migrations"
	@$(PYTHON) -m tools.local makemigrations --check --dry-run

deploy-check:
	@echo "== deployment"
	@$(PYTHON) -m tools.deploy_check

bench: setup-dev ## Measure Tocsin against its yardsticks
	@$(PYTHON) -m bench $(ARGS)

fmt: setup-dev ## Format the code and mend what can be mended
	@$(PYTHON) -m ruff check --fix
	@$(PYTHON) -m ruff format

lock: setup-dev ## Write requirements/*.txt anew from pyproject.toml; UPGRADE=1 for newer versions
	@$(PYTHON) -m tools.lock $(if $(UPGRADE),--upgrade)

messages: setup-dev ## Take new words into locale/*/LC_MESSAGES/django.po and compile them
	@$(PYTHON) -m tools.messages

clean: ## Remove .venv and caches; the data in var/ stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# Relations: `make run` starts everything, `make test` proves it.
# Settings go on the command line or in the environment: make run PORT=9000 DATA=/srv/relations

.DEFAULT_GOAL := help
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

PYTHON_ENVIRONMENT := .venv/bin
SOURCES := shared services deploy tests docs

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: install ## Start the whole system with example data (PORT, DATA, BROKER_URL, DATABASE_URL, DEMO=0)
	@exec $(PYTHON_ENVIRONMENT)/python -m localstack

.PHONY: test
test: install provision ## Run every test, on private PostgreSQL and RabbitMQ servers (ARGS="-k name")
	@exec $(PYTHON_ENVIRONMENT)/pytest $(ARGS)

.PHONY: check
check: install ## Check format, style, types and architecture, and run the fast tests
	@$(PYTHON_ENVIRONMENT)/ruff format --quiet --check $(SOURCES) || { echo "Not formatted: run make format" >&2; exit 1; }
	@$(PYTHON_ENVIRONMENT)/ruff check --quiet $(SOURCES)
	@$(PYTHON_ENVIRONMENT)/mypy
	@$(PYTHON_ENVIRONMENT)/lint-imports --cache-dir .cache/import-linter
	@exec $(PYTHON_ENVIRONMENT)/pytest -n 2 --dist loadfile -m "not slow and not browser and not faults and not load" $(ARGS)

.PHONY: bench
bench: install ## Measure speed against references in the same run (ROWS="card_warm create")
	@deploy/bin/provision bench
	@PYTHONPATH=tests/load exec $(PYTHON_ENVIRONMENT)/python -m bench $(ROWS)

.PHONY: screenshots
screenshots: install provision ## Take a picture of every page in every look, into screenshots/
	@exec $(PYTHON_ENVIRONMENT)/python -m tests.browser.screenshots

.PHONY: format
format: install ## Bring the code into the one format, and mend what can be mended by itself
	@$(PYTHON_ENVIRONMENT)/ruff format $(SOURCES)
	@$(PYTHON_ENVIRONMENT)/ruff check --fix $(SOURCES)

.PHONY: docs
docs: install ## Write anew what docs holds of the code: OpenAPI, AsyncAPI, the event page; lock new events
	@$(PYTHON_ENVIRONMENT)/python -m contracts lock
	@$(PYTHON_ENVIRONMENT)/python docs/generate.py
	@$(PYTHON_ENVIRONMENT)/python -m deployment definitions >deploy/rabbitmq/definitions.json

.PHONY: install
install: ## Make .venv with the locked packages (at once done when nothing changed)
	@deploy/bin/install

.PHONY: provision
provision: ## Install what the tests need beside Python (as root, through apt; starts no service)
	@deploy/bin/provision

.PHONY: lock
lock: install ## Derive requirements.txt from requirements.in (UPGRADE=1 takes the newest versions)
	@deploy/bin/lock

.PHONY: clean
clean: ## Remove the environment and every cache (the data in .data stays)
	@rm -rf .venv .cache
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

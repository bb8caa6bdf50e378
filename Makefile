# `make demo` shows the platform, `make test` proves it. README.md says the rest.
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check check-style check-templates check-types check-imports \
	check-migrations format bench torture lock clean venv chromium

export PORT ?= 8000
# An environment that forbids it makes every process that is started compile everything again.
export PYTHONDONTWRITEBYTECODE :=
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Settings want three addresses; `make check` connects to none of them (port 1 refuses at once).
NO_SERVER := SECRET_KEY=check DATABASE_URL=postgresql://a@127.0.0.1:1/none \
	DATABASE_OWNER_URL=postgresql://a@127.0.0.1:1/none DATABASE_ADMIN_URL=postgresql://a@127.0.0.1:1/none

help:
	@echo "make demo        la plateforme avec ses villes de démonstration (PORT=8000, CHILDREN=10 pour un premier démarrage plus court)"
	@echo "make demo-reset  efface les données de la démonstration"
	@echo "make test        toutes les vérifications et tous les tests"
	@echo "make check       style, types, imports, migrations"
	@echo "make format      remet le code et les gabarits en forme"
	@echo "make bench       mesures comparées (var/bench.jsonl)"
	@echo "make torture     événements annoncés pendant que tout tombe (EVENTS=10000 TOWNS=40)"
	@echo "make lock        recalcule requirements.lock"
	@echo "make clean       enlève .venv et ce que les outils ont produit (garde var/)"

demo: venv
	@exec $(BIN)/reussite demo --port $(PORT) $(if $(CHILDREN),--children $(CHILDREN))

demo-reset: venv
	@$(BIN)/reussite demo --reset

# Tests run even where a check found something, so that one run tells all; pytest has the last word.
test: venv chromium
	@checks=0; $(MAKE) --no-print-directory -k check || checks=1; \
	test $$checks = 0 || echo "make check a trouvé des fautes (voir plus haut) ; les tests tournent quand même."; \
	$(BIN)/pytest -n 2 --dist loadgroup && exit $$checks

# `make -k check` tells everything at once
check: check-style check-templates check-types check-imports check-migrations

check-style: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-templates: venv
	$(BIN)/djlint core platform --check --lint

check-types: venv
	$(NO_SERVER) $(BIN)/mypy

check-imports: venv
	$(BIN)/lint-imports --no-cache

check-migrations: venv
	$(NO_SERVER) $(BIN)/python -W ignore::RuntimeWarning -m reussite makemigrations --check --dry-run

format: venv
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	$(BIN)/djlint core platform --reformat --quiet || true

# Processes, broker and connections die while letters leave; longer than the suite's own round.
torture: venv
	TORTURE_EVENTS=$(or $(EVENTS),10000) TORTURE_TOWNS=$(or $(TOWNS),40) \
		$(BIN)/pytest tests/tenants/jobs/test_torture.py -n0 -q -rP

bench: venv
	$(BIN)/python -m tests.bench

# --- the virtual environment: made once, installed again when the lock or the packaging changes ---
venv: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Il faut Python 3.11 ou plus récent (commande python3). Sous Debian ou Ubuntu : apt install python3 python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python ne peut pas créer l’environnement $(VENV). Sous Debian ou Ubuntu : apt install python3-venv"; exit 1; }
	@$(BIN)/python infra/install.py
	@touch $(STAMP)

chromium: venv
	@$(BIN)/python infra/chromium.py

# UPGRADE=--upgrade also moves what is already locked
lock:
	$(BIN)/uv pip compile pyproject.toml --group test --generate-hashes --universal --python-version 3.11 \
		--no-emit-index-url --no-header $(UPGRADE) -q -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

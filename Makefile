# Everything this project does, from a fresh clone: Python 3.11 or newer, make and git are enough.
#   make demo   build, lint and deploy Preto-2 to an embedded AWS, and print its outputs
#   make test   every check and every test
#   make check  types, style, lint and the unit tests, in less time

PYTHON ?= python3
# Empty counts as unset. Where it is set, each of the hundred processes that tests start compiles the project anew.
export PYTHONDONTWRITEBYTECODE :=
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --quiet
AWS_CLI := .venv-awscli/bin/aws
# The AWS CLI pins a botocore of its own, and so needs an environment of its own.
AWS_CLI_VERSION := 1.46.3
# How many times as many settings `make fuzz` draws as `make test`: twenty times are about ten minutes.
FUZZ ?= 20
# On the embedded AWS, resources take this fraction of AWS's typical time, so that there is something to watch.
# The demo has a state of its own: what is in .sandbox/ is somebody's.
DEMO_STATE := .sandbox-demo
DEMO := --var aws_endpoint=sandbox --var aws_sandbox_state=$(DEMO_STATE) --var aws_sandbox_time_scale=0.03

.DEFAULT_GOAL := help
.PHONY: help demo takeover test check browser streamlit lint format bench fuzz pictures schema reference golden clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(VENV)/ready ## set up, build, lint, deploy to the embedded AWS, print the outputs
	$(RUN) -m sandbox.forget $(DEMO_STATE)
	$(RUN) build.py build prod
	$(RUN) build.py bootstrap prod $(DEMO) --yes
	@echo; echo "--- First half: there is no image yet, so no service that could wait for one."
	$(RUN) build.py deploy prod $(DEMO) --yes
	@echo; echo "--- An image is pushed."
	$(RUN) -m sandbox.image --state-dir $(DEMO_STATE) preto-2-prod v1
	@echo; echo "--- Second half: the service and its autoscaling."
	$(RUN) build.py deploy prod $(DEMO) --image v1 --yes
	@echo; echo "--- The outputs, under the Terraform project's names."
	$(RUN) build.py outputs prod $(DEMO)

takeover: $(VENV)/ready-for-tests ## take over what a real Terraform has applied to the embedded AWS
	@$(RUN) -m tests.support.takeover

test: ## set up, run every check and every test
	@# Side by side: each installation, and each check, keeps one core busy.
	@$(MAKE) --no-print-directory -j 2 $(VENV)/ready-for-streamlit $(AWS_CLI)
	@$(MAKE) --no-print-directory -j 2 types tests

check: $(VENV)/ready-for-tests ## types, style, lint and the unit tests: before each commit
	@$(MAKE) --no-print-directory -j 2 types unit

.PHONY: types style tests unit
unit: style
	$(RUN) -m pytest -q -n 2 tests/unit

tests: style $(AWS_CLI)
	@# Compiles the tests once; four processes that begin at the same time would each do it.
	$(RUN) -m pytest -qq --collect-only > $(VENV)/collected || { cat $(VENV)/collected; exit 1; }
	@# More of them than cores: many tests wait for an AWS in which things take time.
	AWS_CLI=$(AWS_CLI) $(RUN) -m pytest -n 4 --dist worksteal --durations 15

types: $(VENV)/ready-for-tests
	$(VENV)/bin/mypy

style: $(VENV)/ready-for-tests
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/lint-imports --no-logo
	$(RUN) build.py lint

browser: $(VENV)/ready-for-tests ## look at timelines in a real browser: needs chromium or chrome on PATH
	@$(RUN) -c 'from tests.e2e.commands import browser; raise SystemExit(browser.found() is None)' || \
	  { echo "There is no chromium or chrome on PATH. On Debian: apt-get install chromium"; exit 1; }
	$(RUN) -m pytest -q tests/e2e/commands/test_timeline_in_browser.py

streamlit: $(VENV)/ready-for-streamlit ## try what the templates say on real servers: Streamlit, and FastAPI
	$(RUN) -m pytest -q tests/servers

lint: $(VENV)/ready ## check the templates of all environments
	$(RUN) build.py lint

format: $(VENV)/ready-for-tests ## format the code, and correct what ruff can correct
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

bench: $(VENV)/ready-for-tests $(AWS_CLI) ## measure against cfn-lint and the AWS CLI, in the same run
	AWS_CLI=$(AWS_CLI) $(RUN) -m tests.bench

fuzz: $(VENV)/ready-for-tests ## draw settings at random, render and lint them: FUZZ=100 for an hour
	FUZZ=$(FUZZ) $(RUN) -m pytest -q -n 2 tests/generated

pictures: $(VENV)/ready-for-tests ## draw the documentation's terminals anew
	$(RUN) -m tests.support.pictures

schema: $(VENV)/ready ## write the environment files' JSON schema anew
	$(RUN) -m stacks.settings.schema > environments/environment.schema.json

reference: $(VENV)/ready ## write the generated pages of the documentation anew
	$(RUN) -m stacks.settings.reference > docs/reference/settings.md
	$(RUN) -m stacks.settings.terraform_page docs/start/from-terraform.md
	$(RUN) -m stacks.adopt.types.page > docs/reference/terraform-types.md

golden: $(VENV)/ready-for-tests ## write the golden templates, and the rights by default, anew; read the diff
	$(RUN) -m pytest -q --update-golden tests/unit/templates/test_golden.py tests/unit/stacks/iam/derive/test_rights_by_default.py

clean: ## remove everything that the other targets made; .sandbox/ stays, which is yours
	$(PYTHON) -m sandbox.forget $(DEMO_STATE)
	rm -rf $(VENV) .venv-awscli .cache out

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: setup.cfg constraints.txt | $(VENV)/bin/python
	$(PIP) install --no-compile -c constraints.txt -e '.[sandbox]'
	@touch $@

# Who tests needs one installation, not two; it is ready for the other targets as well.
$(VENV)/ready-for-tests: setup.cfg constraints.txt | $(VENV)/bin/python
	$(PIP) install --no-compile -c constraints.txt -e '.[sandbox,test]'
	@touch $(VENV)/ready $@

$(VENV)/ready-for-streamlit: setup.cfg constraints.txt | $(VENV)/bin/python
	$(PIP) install --no-compile -c constraints.txt -e '.[sandbox,test,streamlit]'
	@touch $(VENV)/ready $(VENV)/ready-for-tests $@

$(AWS_CLI): Makefile
	$(PYTHON) -m venv .venv-awscli
	.venv-awscli/bin/python -m pip --disable-pip-version-check --quiet install --no-compile 'awscli==$(AWS_CLI_VERSION)'
	@touch $@

# The commands of the project. Each recipe is one script or one tool, so that it runs the same by hand.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory

# Only the Rust tests whose name contains it: make test T=resume
T ?=
# What `make bench` measures: see bench/measure.py
PARTS ?= server lists subscriptions

.PHONY: help setup web run test soak check fix generate audit bench build-times

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: ## Install what the tests need (root on Debian), or say what is missing
	@scripts/setup.sh

web: ## Build the web app where its sources are newer
	@scripts/web.sh build

run: ## Build what is missing and start the server on http://127.0.0.1:8000
	@scripts/run.sh

test: ## Run every test, on servers of its own (make test T=name: the Rust tests with that name)
	@scripts/test.sh $(T)

soak: setup ## Kill a server at random instants while posts go out (SOAK_KILLS=200 on each database)
	@scripts/with-services.sh cargo test --locked --workspace --test it -- --ignored --nocapture random_kills

check: ## Formatting, lints, types, dependencies, generated files, secrets
	@scripts/check.sh

fix: ## Fix what a tool can fix
	@cargo fmt --all
	@cargo clippy --quiet --fix --allow-dirty --allow-staged --workspace --all-targets
	@scripts/web.sh fix

generate: ## Rewrite schema.graphql and docs/settings.md from the code
	@scripts/generate.sh

audit: ## Compare the dependencies with known vulnerabilities (needs the network; no part of CI)
	@scripts/dependencies.sh --advisories

bench: ## Measure the release build next to graphql-yoga (PARTS=lists: one part; GROWTH=1: long histories too)
	@scripts/setup.sh bench
	@bench/run.sh $(PARTS) $(if $(GROWTH),growth)

build-times: ## Time a build after each of seven standard edits (CLEAN=1: clean builds too)
	@scripts/build-times.py $(if $(CLEAN),--clean)

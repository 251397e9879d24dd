# Everything that is too long for `cargo test`, and shorthands for the rest. `make help` lists it.
.PHONY: help build test ci run

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/' | sort | expand -t 16

build: ## the optimised binary
	cargo build --release --locked

test: ## the suite, as the README says
	cargo test

ci: ## the gate
	bash .ci/run

run: ## the daemon, with ./feeds.toml
	cargo run --release -- run

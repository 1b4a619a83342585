# Tapedeck: every target works as the first command after a clone. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
ENV := . Tests/Scripts/environment.sh && tapedeck_require_swift &&

.PHONY: help setup build demo test peers lint bench fuzz clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name what; do printf '  make %-8s %s\n' "$$name" "$$what"; done
	@echo
	@echo '  TAPEDECK_MONGO_URI, TAPEDECK_BROKERS: use servers that run already'
	@echo '  KAFKA_HOME: an unpacked Apache Kafka to start instead of the embedded broker'
	@echo '  TAPEDECK_MONGOD: the mongod to start'

setup: ## install missing Debian packages and a mongod; nothing on a second run
	@Tests/Scripts/setup.sh

build: setup ## build the program: .build/release/tapedeck
	@$(ENV) swift build -c release --product tapedeck

demo: setup ## run the whole system once, from tape to accuracy report
	@$(ENV) swift build --product tapedeck
	@$(ENV) "$$(swift build --show-bin-path)/tapedeck" demo

test: setup ## build and run every test
	@$(ENV) swift build --build-tests
	@$(ENV) swift test --skip-build

peers: ## install the Python programs that some tests compare with (optional)
	@Tests/Scripts/peers.sh

lint: ## check the format of all Swift sources
	@$(ENV) swift format lint --strict --recursive --parallel Package.swift Sources Tests

bench: setup ## run the benchmarks, each beside its peer (release build)
	@Tests/Scripts/bench.sh

# make's SECONDS is bash's own clock in a recipe, so it goes under another name.
fuzz: setup ## fuzz frame decoder and tape reader, SECONDS=600 each; a finding fails it
	@SECONDS_EACH=$(or $(SECONDS),600) Tests/Scripts/fuzz.sh

clean: ## remove what was built; .tools/ stays
	rm -rf .build

# make help lists the targets. Everything that a target needs is installed by it:
# Go modules, PostgreSQL (through apt as root), and pinned tools in .tools/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

GO ?= go
TOOLS := $(CURDIR)/.tools
GOLANGCI := $(TOOLS)/golangci-lint-v2.15.0
FUZZTIME ?= 30s
# Without the paths of this machine, modules that tests make in folders of their own come
# from the build cache.
export GOFLAGS ?= -trimpath

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

.PHONY: run
run: db build ## set everything up and run the server with demo data on 127.0.0.1:8080
	@echo 'starting bin/jiekoud serve --demo' >&2
	@exec bin/jiekoud serve --demo

.PHONY: build
build: ## build bin/jiekou and bin/jiekoud
	@echo 'building bin/jiekou and bin/jiekoud; the first time, modules are downloaded and compiled, which takes a minute or two' >&2
	@$(GO) build -buildvcs=auto -o bin/ ./cmd/... # for --version

.PHONY: db
db: ## make sure that PostgreSQL's programs are there (nothing to do with DATABASE_URL)
	@bash .ci/postgres

.PHONY: npm
npm: ## the programs of others that tests read exports with, where npm is here
	@bash .ci/npm/install

.PHONY: check
check: ## check the YAML
	@$(GO) run ./cmd/jiekou check

.PHONY: generate
generate: ## print generated/ from the YAML
	@$(GO) run ./cmd/jiekou generate

.PHONY: verify
verify: ## generated/, the YAML's form and go.mod are up to date
	@$(GO) run ./cmd/jiekou check
	@$(GO) run ./cmd/jiekou generate --check
	@$(GO) run ./cmd/jiekou fmt --check
	@$(GO) mod tidy -diff
	@$(GO) vet ./...

.PHONY: fmt
fmt: $(GOLANGCI) ## format Go and YAML
	@$(GOLANGCI) fmt
	@$(GO) run ./cmd/jiekou fmt

.PHONY: lint
lint: $(GOLANGCI) ## formatting and linters
	@$(GOLANGCI) fmt --diff
	@$(GOLANGCI) run

.PHONY: test
test: db ## every test, against a real PostgreSQL that the tests start themselves
	@$(GO) test $(LEAN) -timeout 30m ./...

# verify has all of go vet, and nobody debugs a test's program: that is a minute of linking.
LEAN = -vet=off -ldflags=-w

# What runs goroutines of its own. power fires the cases as fire does, many thousand times, and
# dialect searches in one goroutine: they
# are left out. Commands and the generator are run as programs by
# their tests, which the detector does not see but slows down.
CONCURRENT = ./runtime/... $(shell $(GO) list ./testkit/... | grep -v -e /power -e /mutant -e /dialect) ./gen/bind ./cmd/jiekoud/...

.PHONY: score
score: db ## real servers with 40 faults of each place: what the cases see; hours, so nightly; DIR=folder with spec/ of others
	@$(if $(DIR),DIR='$(abspath $(DIR))' )FAULTS=$(if $(filter-out 10m,$(FAULTS)),$(FAULTS),40) $(GO) test ./cmd/jiekoud/faults -run TestFaults -v -timeout 0 | grep -v '^===\|PASS: TestFaults/'

.PHONY: race
race: db ## the tests of what is concurrent, with the race detector
	@$(GO) test -race -short $(LEAN) -timeout 60m $(CONCURRENT)

.PHONY: fuzz
fuzz: db ## every fuzz target for FUZZTIME, and YAML changed at random against check, the compiler and PostgreSQL
	@$(GO) test ./gen -run '^TestHunt$$' -hunt $(FUZZTIME) -v -timeout 0 | grep -v '^==='
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$pkg; \
	  done; \
	done

.PHONY: bench
bench: db ## the figures: decoder, protocols, client, server, generator, deliveries
	@$(GO) test -run '^$$' -bench . -benchtime 1s ./runtime/protocol ./runtime/client ./bench
	@$(GO) test -run '^$$' -bench Drain -benchtime 1x ./runtime/notify

.PHONY: rude
rude: db ## what one rude caller takes from another app, without bounds and with them; ten minutes
	@$(GO) run ./bench/rude -for 6s

FAULTS ?= 10m
SEED ?= 1

.PHONY: faults
faults: db ## servers and PostgreSQL under faults for FAULTS (10m), with SEED; then FAULTS=plant: does the rig find planted ones
	@if [ '$(FAULTS)' = short ]; then $(GO) test ./bench/faults -run TestFaults -rig -v -timeout 0; \
	elif [ '$(FAULTS)' = plant ]; then $(GO) test ./bench/faults -run TestPlanted -plant -v -timeout 0; \
	else $(GO) run ./bench/faults/rig -for '$(FAULTS)' -seed '$(SEED)'; fi

.PHONY: init
init: db ## prove that jiekou init, the exercise and a module proxy give repositories that work
	@bash .ci/init

.PHONY: alone
alone: db ## prove that each system is served without the others; minutes, so not part of ci
	@bash .ci/init alone

.PHONY: dist
dist: ## archives of the programs for Linux, macOS and Windows in dist/, with checksums
	@$(GO) run .ci/dist.go dist

.PHONY: release
release: ## the commit and the tag of a release, not pushed: make release VERSION=v0.1.0
	@$(GO) run .ci/release.go $(VERSION)

.PHONY: nightly
nightly: db ## what is too long for ci, every night: the power of the cases, fuzzing, faults, each system alone
	@bash .ci/nightly

.PHONY: ci
ci: verify lint npm test race init ## what CI runs

$(GOLANGCI):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
	@mv $(TOOLS)/golangci-lint $@

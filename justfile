# Common commands; `just` lists them. Each is short enough to type without it.

_default:
    @just --list --unsorted

# every row of the troubleshooting page: refused, explained, mended, answered
demo *ARGS:
    cargo run --release -- demo {{ARGS}}

# the local Foundry, until interrupted
serve *ARGS:
    cargo run --release -- serve {{ARGS}}

# all tests, or those of one crate: `just test -p access`
test *ARGS:
    cargo test {{ARGS}}

# what reviewers need not say: formatting and lints
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# formats everything
fmt:
    cargo fmt --all

# writes the generated files anew
generate:
    cargo xtask generate

# the documentation of all crates, in a browser
docs:
    cargo doc --workspace --no-deps --document-private-items --open

# licences, sources and banned crates of what we depend on
deny:
    .ci/run deny

# the real SDKs against the running binary
conformance:
    .ci/run release conformance

# what a request, a decision and a start cost (docs/benchmarks.md)
bench: bench-ladder bench-product bench-decisions bench-logs

# what a request costs, in Entrada and its peers; some rungs of it: `just bench-ladder plain entrada`
bench-ladder *ARGS: _dist
    cd bench && cargo run --profile dist --package ladder -- run {{ARGS}}

# how fast Entrada starts, grants and answers in bulk
bench-product *ARGS: _dist
    cd bench && cargo run --profile dist --package ladder -- product {{ARGS}}

# how fast logs are read, beside ripgrep and DuckDB (apt-get install ripgrep, pip install duckdb)
bench-logs FOLDER="/tmp/entrada-logs": _dist
    cd bench && cargo run --release --package logs -- {{FOLDER}}
    bench/logs/compare.py {{FOLDER}} --entrada target/dist/entrada

# what a decision costs, beside Cedar, regorus and casbin
bench-decisions *ARGS:
    cd bench && cargo run --profile dist --package decisions -- {{ARGS}}

_dist:
    cargo build --profile dist --package entrada

# a `dist` build that was trained on the gateway ladder, in target/profiled (`llvm-profdata` of LLVM 19 or newer)
dist-profiled PROFDATA="llvm-profdata":
    #!/usr/bin/env bash
    set -euo pipefail
    profiles=$PWD/target/profiles
    host=$(rustc --print host-tuple)
    rm -rf "$profiles"
    RUSTFLAGS="-Cprofile-generate=$profiles" cargo build --profile dist --package entrada --target "$host" --target-dir target/profiling
    trained=$PWD/target/profiling/$host/dist/entrada
    (cd bench && cargo run --profile dist --package ladder -- run --peers none --runs 1 --entrada "$trained" \
        entrada entrada-cold entrada-v1 entrada-rewrite entrada-key entrada-tls entrada-sse)
    {{PROFDATA}} merge --output "$profiles/merged.profdata" "$profiles"/*.profraw
    RUSTFLAGS="-Cprofile-use=$profiles/merged.profdata" cargo build --profile dist --package entrada --target "$host" --target-dir target/profiled
    ls "target/profiled/$host/dist/entrada"

# what CI runs: all of it, or some stages (`just ci fmt clippy`)
ci *STAGES:
    .ci/run {{STAGES}}

# a fuzz target until it finds something: `just fuzz token`, `just fuzz body -max_total_time=60`
fuzz TARGET *ARGS:
    cargo +nightly fuzz run {{TARGET}} -- {{ARGS}}

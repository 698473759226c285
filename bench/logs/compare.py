#!/usr/bin/env python3
"""Measures `entrada triage` beside ripgrep and DuckDB, on one core, and prints a table.

    cargo run --release --package logs -- /tmp/logs --megabytes 1000
    python3 logs/compare.py /tmp/logs --entrada ../target/dist/entrada

Neither does the same thing: ripgrep counts the lines that tell of a failed status, DuckDB parses JSON and counts
by status. Both know where the status stands, which `triage` finds out. What each counts is checked first against
what is in the logs.

Needs `apt-get install ripgrep` and `pip install duckdb` (or `--without ripgrep,duckdb`).
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

# What ripgrep looks for, and how DuckDB gets at the status.
LOGS = {
    "diagnostic.jsonl": (
        r'"resultSignature":"[45][0-9][0-9]"',
        "SELECT resultSignature AS status, count(*) FROM read_json('{file}', format='newline_delimited') "
        "WHERE resultSignature::INT >= 400 GROUP BY ALL",
    ),
    "gateway.jsonl": (
        r'"responseCode":[45][0-9][0-9]',
        "SELECT properties.responseCode AS status, count(*) FROM read_json('{file}', format='newline_delimited') "
        "WHERE properties.responseCode >= 400 GROUP BY ALL",
    ),
    "application.jsonl": (
        r"Error code: [45][0-9][0-9]",
        "SELECT regexp_extract(message, 'Error code: ([45][0-9][0-9])', 1) AS status, count(*) "
        "FROM read_json('{file}', format='newline_delimited') WHERE status <> '' GROUP BY ALL",
    ),
    "text.log": (r"^[0-9-]+ [0-9:,]+ (ERROR|error:|fail:)", None),
}


def main() -> int:
    options = parser().parse_args()
    without = set(filter(None, options.without.split(",")))
    if "ripgrep" not in without and not shutil.which("rg"):
        return fail("`rg` is not there: apt-get install ripgrep, or --without ripgrep")
    if "duckdb" not in without:
        try:
            import duckdb  # noqa: F401
        except ImportError:
            return fail("`duckdb` is not there: pip install duckdb, or --without duckdb")
    index = options.folder / "index.tsv"
    if not index.exists():
        return fail(f"`{index}` is not there: the logs are written by `cargo run --release --package logs`")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = []
    for line in index.read_text().splitlines():
        name, size, records, failures = line.split("\t")
        file, size, failures = options.folder / name, int(size), int(failures)
        file.read_bytes()  # from memory, not from the disk
        for tool, command, count in contenders(options, file, without):
            best = None
            for _ in range(options.runs):
                cpu, wall, output = run(command)
                if (found := count(output)) != failures:
                    return fail(f"{tool} counts {found} failures in {name}, {failures} are in it")
                best = min(best or (cpu, wall), (cpu, wall))
            rows.append((name, int(records), failures, tool, size / best[0] / 1e6, size / best[1] / 1e6))
    show(rows)
    return 0


def contenders(options, file, without):
    """The commands that are measured, each with what reads the count out of its output."""
    pattern, query = LOGS[file.name]
    triage = [options.entrada, "triage", str(file), "--output", "json"]
    yield "entrada", triage, lambda out: json.loads(out)["failures"]
    if "ripgrep" not in without:
        yield "ripgrep", ["rg", "--threads", "1", "--count", "-e", pattern, str(file)], lambda out: int(out or 0)
    if query and "duckdb" not in without:
        script = "import duckdb,sys; duckdb.sql('SET threads=1'); print(sum(r[1] for r in duckdb.sql(sys.argv[1]).fetchall()))"
        yield "duckdb", [sys.executable, "-c", script, query.format(file=file)], int
    for suffix, tool in ((".gz", ["gzip", "-kf1"]), (".zst", ["zstd", "-qkf1"])):
        if file.name == "application.jsonl" and shutil.which(tool[0]):
            packed = Path(str(file) + suffix)
            subprocess.run([*tool, str(file)], check=True)
            yield f"entrada {suffix}", [options.entrada, "triage", str(packed), "--output", "json"], (
                lambda out: json.loads(out)["failures"]
            )
            if "ripgrep" not in without:
                search = ["rg", "-z", "--threads", "1", "--count", "-e", pattern, str(packed)]
                yield f"ripgrep {suffix}", search, lambda out: int(out or 0)


def run(command):
    """CPU and wall seconds of a command with its children, and what it printed."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"error: {command[0]} ended with {done.returncode}: {done.stderr.decode()[-400:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, done.stdout.decode()


def show(rows):
    print("| log | failures | tool | MB/s of CPU | MB/s | × entrada |\n|---|---:|---|---:|---:|---:|")
    for name, records, failures, tool, cpu, wall in rows:
        ours = next(row[4] for row in rows if row[0] == name and row[3] == "entrada")
        share = f"{failures:,} of {records:,}"
        print(f"| `{name}` | {share} | {tool} | {cpu:,.0f} | {wall:,.0f} | {cpu / ours:.2f} |")


def parser():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where `logs` wrote")
    parser.add_argument("--entrada", default="entrada", help="the program [default: from PATH]")
    parser.add_argument("--runs", type=int, default=3, help="the best of so many counts")
    parser.add_argument("--without", default="", help="tools to leave out: ripgrep,duckdb")
    return parser


def fail(message):
    print(f"error: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""measure.py PART...: runs parts of the benchmarks, prints today, before and aim, and keeps the figures.

Parts: server (the Rust benchmarks in benches/), lists, subscriptions, growth. `make bench` runs it next to a PostgreSQL.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import document
import figures
import growth
import lists
import subscriptions
from figures import ROOT, Figure


def _server() -> list[Figure]:
    """What `cargo bench` measures."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        command = ["cargo", "bench", "--locked", "--bench", "bench"]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "FANFARE_BENCH_FIGURES": str(file)}, check=True)
        return figures.of_part(json.loads(file.read_text()))


PARTS: dict[str, Callable[[], list[Figure]]] = {
    "server": _server,
    "lists": lists.measure,
    "subscriptions": subscriptions.measure,
    "growth": growth.measure,
}


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in PARTS]
    if unknown or not names:
        raise SystemExit(f"{__doc__}\nunknown: {', '.join(unknown) or 'no part'}")
    measured = {}
    for name in names:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        measured[name] = PARTS[name]()
    figures.print_table(measured)
    figures.write(measured)
    document.write()


if __name__ == "__main__":
    main(sys.argv[1:])

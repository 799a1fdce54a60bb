"""Measured numbers, and the file that keeps them: bench/results.json.

The file has one entry for each part of the benchmarks, with when and where it was measured:

    {"version": 1, "parts": {"lists": {"measured_at": ..., "commit": ..., "machine": {...}, "figures": [...]}}}

A figure is {"what", "database", "value", "unit", "aim"}; an aim is {"below": limit}, {"above": limit} or null.
"""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import machine

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench/results.json"
VERSION = 1


@dataclass(frozen=True)
class Figure:
    """One measured number."""

    what: str
    value: float
    unit: str
    database: str | None = None
    aim: dict[str, float] | None = None

    @property
    def key(self) -> tuple[str, str | None]:
        return self.what, self.database

    def verdict(self) -> str:
        if self.aim is None:
            return ""
        ((side, limit),) = self.aim.items()
        reached = self.value <= limit if side == "below" else self.value >= limit
        return "reached" if reached else "missed"

    def aim_text(self) -> str:
        if self.aim is None:
            return ""
        ((side, limit),) = self.aim.items()
        return f"{'<=' if side == 'below' else '>='} {limit:g}"


def number(value: float) -> str:
    """Four digits that count, with separators of thousands."""
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f}"


def read(text: str) -> dict[str, Any]:
    """The parts of a results file."""
    results = json.loads(text)
    if results.get("version") != VERSION:
        raise SystemExit(f"{RESULTS.name} has version {results.get('version')}; this program reads {VERSION}")
    return results["parts"]


def of_part(part: dict[str, Any]) -> list[Figure]:
    return [Figure(**figure) for figure in part["figures"]]


def committed() -> dict[str, Any]:
    """The parts as the last commit has them: what a new run is compared with."""
    shown = subprocess.run(
        ["git", "show", "HEAD:bench/results.json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return read(shown.stdout) if shown.returncode == 0 else {}


def write(measured: dict[str, list[Figure]]) -> None:
    """Replaces the parts that were measured and keeps the others."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    parts = read(RESULTS.read_text()) if RESULTS.exists() else {}
    for name, figures in measured.items():
        parts[name] = {
            "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "commit": commit.stdout.strip() or None,
            "machine": machine.description(),
            "figures": [asdict(figure) for figure in figures],
        }
    RESULTS.write_text(json.dumps({"version": VERSION, "parts": parts}, indent=2) + "\n")


def print_table(measured: dict[str, list[Figure]]) -> None:
    """Today, the last commit and the aim, one line for each figure."""
    before = {figure.key: figure.value for part in committed().values() for figure in of_part(part)}
    figures = [figure for part in measured.values() for figure in part]
    width = max((len(figure.what) for figure in figures), default=0)
    head = f"{'measured':<{width}} {'database':<10} {'before':>10} {'today':>10} {'unit':<5} {'aim':<9}"
    print(f"\n{head}\n{'-' * len(head)}")
    for figure in figures:
        earlier = number(before[figure.key]) if figure.key in before else "-"
        line = (
            f"{figure.what:<{width}} {figure.database or '':<10} {earlier:>10} {number(figure.value):>10} "
            f"{figure.unit:<5} {figure.aim_text():<9} {figure.verdict()}"
        )
        print(line.rstrip())

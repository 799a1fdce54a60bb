#!/usr/bin/env python3
"""document.py: writes the figures of bench/results.json into the tables of docs/performance.md."""

from __future__ import annotations

import figures
from figures import ROOT, Figure

DOCUMENT = ROOT / "docs/performance.md"
BEGIN = "<!-- figures: written by bench/document.py -->"
END = "<!-- end of figures -->"


def _row(figure: Figure) -> str:
    value = f"{figures.number(figure.value)} {figure.unit}".strip()
    aim = f"{figure.aim_text()}, {figure.verdict()}" if figure.aim else ""
    return f"| {figure.what} | {figure.database or ''} | {value} | {aim} |"


def tables() -> str:
    """Markdown: a table for each part, with when and where it was measured."""
    lines: list[str] = []
    for name, part in figures.read(figures.RESULTS.read_text()).items():
        machine = part["machine"]
        lines += [
            f"### {name}",
            "",
            f"{part['measured_at']}, commit {part['commit']}, {machine['processor']}, {machine['cores']} cores, "
            f"{machine['memory_mib']:,} MiB, Linux {machine['kernel']}.",
            "",
            "| measured | database | value | aim |",
            "|---|---|---:|---|",
            *(_row(figure) for figure in figures.of_part(part)),
            "",
        ]
    return "\n".join(lines) if lines else "Nothing was measured yet.\n"


def write() -> None:
    before, marker, rest = DOCUMENT.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not marker or not end:
        raise SystemExit(f"{DOCUMENT}: the lines `{BEGIN}` and `{END}` are missing")
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{tables()}\n{END}{after}")


if __name__ == "__main__":
    write()

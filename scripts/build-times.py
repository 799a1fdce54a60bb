#!/usr/bin/env python3
"""build-times.py [--clean] [--list]: how long a build takes after an edit.

Makes one edit after the other in a copy of the work tree, which has a target folder of its own, and prints a table: the
seconds of `cargo check`, the seconds of the test build, and the largest compiler process. The work tree is not touched.

--clean  also measures builds from an empty target folder: check, tests, and the build of `make run`.
--list   only shows which file each edit changes, and fails where there is none.

The copy is `build-times` in the target folder. It is kept, so that the next run starts from a warm build.
Run it on a quiet machine: a second build at the same time multiplies every figure.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECK = ["check", "--locked", "--workspace"]
# A plain check compiles no test, so an edit of a test is checked with the tests.
CHECK_TESTS = [*CHECK, "--all-targets"]
BUILD_TESTS = ["test", "--locked", "--workspace", "--no-run"]
BUILD_RUN = ["build", "--locked", "--profile", "local", "--bin", "fanfare"]


@dataclass
class Edit:
    """A standard edit: a statement put into the first function after `anchor` in the first file that `places` match."""

    name: str
    places: list[str]
    check_aim: float | None = None
    tests_aim: float | None = None
    anchor: str = ""
    check: tuple[str, ...] = tuple(CHECK)

    def file(self, tree: Path) -> Path:
        for place in self.places:
            for path in sorted(tree.glob(place)):
                if self.anchor in path.read_text():
                    return path
        raise SystemExit(f"build-times: no file for the edit `{self.name}`: adjust EDITS in {Path(__file__).name}")


# The aims, in seconds, are those of the design: 2 cores, a quiet machine.
EDITS = [
    Edit("resolver", ["crates/graphql/src/post/query.rs"], 8, 30, "#[Object"),
    Edit("platform client", ["crates/platforms/src/twitter/post.rs"], 8, 30),
    Edit("service", ["crates/services/src/post/posts.rs"], 12, 60),
    Edit("repo query", ["crates/storage/backend/repo/post/posts.rs"], 12, 60),
    Edit("domain enum", ["crates/domain/src/post.rs", "crates/domain/src/post/*.rs"], anchor="enum!"),
    # In the file that it tests, as most are: Cargo builds again what depends on that file's crate, too.
    Edit("unit test", ["crates/platforms/src/twitter/*.rs"], 8, 30, "#[test]", tuple(CHECK_TESTS)),
    Edit("integration test", ["tests/it/graphql/campaigns.rs"], 8, 30, "async fn ", tuple(CHECK_TESTS)),
]
RUN_AIM = 360.0
PROCESS_AIM = 3 * 1024**3

# Runs in place of each compiler and notes its memory. Cargo sees the same wrapper at every build; with another one it
# would build everything again.
WRAPPER = '''#!{python}
import os, sys
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
name = sys.argv[sys.argv.index("--crate-name") + 1] if "--crate-name" in sys.argv else "?"
name += " (tests)" if "--test" in sys.argv else ""
with open({log!r}, "a") as log:
    log.write(f"{{usage.ru_maxrss * {unit}}} {{name}}\\n")
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
'''


@dataclass
class Build:
    """What one cargo command took."""

    seconds: float
    peak_bytes: int
    peak_crate: str


class Scratch:
    """The copy of the work tree, and the builds in it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.tree = folder / "tree"
        self.compilers = folder / "compilers.log"
        self.output = folder / "cargo.log"
        self.tree.mkdir(parents=True, exist_ok=True)
        wrapper = folder / "rustc-wrapper"
        unit = 1 if sys.platform == "darwin" else 1024  # getrusage counts kilobytes, on macOS bytes
        text = WRAPPER.format(python=sys.executable, log=str(self.compilers), unit=unit)
        if not wrapper.exists() or wrapper.read_text() != text:
            wrapper.write_text(text)
            wrapper.chmod(0o755)
        self.wrapper = wrapper

    def copy_work_tree(self):
        """Makes the copy equal to the work tree. A file that is equal already keeps its time, so nothing is rebuilt."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout.split("\0")
        # The pages are part of the binary. They are ignored by git and may not have been built.
        pages = [str(path.relative_to(ROOT)) for path in (ROOT / "web/dist").rglob("*") if path.is_file()]
        wanted = {name for name in [*listed, *pages] if name and (ROOT / name).is_file()}
        for path in [path for path in self.tree.rglob("*") if path.is_file()]:
            if str(path.relative_to(self.tree)) not in wanted:
                path.unlink()
        for name in sorted(wanted):
            source, copy = ROOT / name, self.tree / name
            if not copy.is_file() or copy.read_bytes() != source.read_bytes():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, copy)
                shutil.copymode(source, copy)

    def cargo(self, arguments, target="target") -> Build:
        self.compilers.write_text("")
        environment = {**os.environ, "RUSTC_WRAPPER": str(self.wrapper), "CARGO_TARGET_DIR": str(self.folder / target)}
        start = time.monotonic()
        with self.output.open("w") as output:
            status = subprocess.run(
                ["cargo", *arguments],
                cwd=self.tree, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            ).returncode
        seconds = time.monotonic() - start
        if status != 0:
            tail = "\n".join(self.output.read_text().splitlines()[-40:])
            raise SystemExit(f"{tail}\nbuild-times: cargo {' '.join(arguments)} failed in {self.tree}")
        processes = [line.split(" ", 1) for line in self.compilers.read_text().splitlines()]
        peak, crate = max(((int(size), name) for size, name in processes), default=(0, "none"))
        return Build(seconds, peak, crate)

    def cargo_from_nothing(self, arguments) -> Build:
        target = self.folder / "clean"
        shutil.rmtree(target, ignore_errors=True)
        try:
            return self.cargo(arguments, "clean")
        finally:
            shutil.rmtree(target, ignore_errors=True)


def edited(text: str, anchor: str, mark: int) -> str:
    """`text` with one statement more, at the beginning of the first function body after `anchor`."""
    lines = text.splitlines(keepends=True)
    begin = text[: text.index(anchor)].count("\n")
    in_signature = False
    for number, line in enumerate(lines[begin:], begin):
        if re.match(r"\s*(pub(\([a-z ]+\))? )?(async )?fn \w", line):
            in_signature = True
        if in_signature and line.rstrip().endswith("{"):
            lines.insert(number + 1, f"    let _ = std::hint::black_box({mark}_u64);\n")
            return "".join(lines)
        if in_signature and line.rstrip().endswith((";", "}")):
            in_signature = False
    raise SystemExit(f"build-times: no function after `{anchor}`")


def progress(message: str):
    print(message, file=sys.stderr, flush=True)


def shown(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{int(seconds // 60)} min {int(seconds % 60):02} s"


def against(aim: float | None, value: float) -> str:
    if aim is None:
        return "-"
    return f"<= {shown(aim)}".replace(".0 s", " s") + (" missed" if value > aim else "")


def memory(build: Build) -> str:
    over = f" (over {PROCESS_AIM / 1024**3:.0f} GiB)" if build.peak_bytes > PROCESS_AIM else ""
    return f"{build.peak_bytes / 1024**3:.2f} GiB {build.peak_crate}{over}"


def print_table(rows: list[list[str]]):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def measure_edits(scratch: Scratch):
    progress("warming up: everything is built once before the first edit")
    for arguments in (CHECK, BUILD_TESTS):
        scratch.cargo(arguments)
    rows = [["edit", "file", "check", "aim", "test build", "aim", "largest compiler process"]]
    for edit in EDITS:
        progress(f"edit: {edit.name}")
        scratch.cargo(list(edit.check))  # up to date, whichever check followed the edit before
        path = edit.file(scratch.tree)
        path.write_text(edited(path.read_text(), edit.anchor, time.time_ns()))
        check = scratch.cargo(list(edit.check))
        tests = scratch.cargo(BUILD_TESTS)
        rows.append([
            edit.name, str(path.relative_to(scratch.tree)),
            shown(check.seconds), against(edit.check_aim, check.seconds),
            shown(tests.seconds), against(edit.tests_aim, tests.seconds),
            memory(max(check, tests, key=lambda build: build.peak_bytes)),
        ])
    print_table(rows)


def measure_clean(scratch: Scratch):
    rows = [["clean build", "time", "aim", "largest compiler process"]]
    builds = (("check", CHECK, None), ("tests", BUILD_TESTS, None), ("make run", BUILD_RUN, RUN_AIM))
    for name, arguments, aim in builds:
        progress(f"clean build: {name}")
        build = scratch.cargo_from_nothing(arguments)
        rows.append([name, shown(build.seconds), against(aim, build.seconds), memory(build)])
    print_table(rows)
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clean", action="store_true", help="measure builds from an empty target folder, too")
    parser.add_argument("--list", action="store_true", help="only show which file each edit changes")
    options = parser.parse_args()
    if options.list:
        for edit in EDITS:
            path = edit.file(ROOT)
            edited(path.read_text(), edit.anchor, 0)
            print(f"{edit.name}: {path.relative_to(ROOT)}")
        return

    target = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
    scratch = Scratch(target / "build-times")
    scratch.copy_work_tree()
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0]
    print(f"{cores} cores, load {load:.1f} at the start" + (": not a quiet machine" if load > cores / 2 else ""))
    try:
        # Downloads are no part of a build's time.
        subprocess.run(["cargo", "fetch", "--locked", "--quiet"], cwd=scratch.tree, check=True)
        if options.clean:
            measure_clean(scratch)
        measure_edits(scratch)
    finally:
        scratch.copy_work_tree()


if __name__ == "__main__":
    main()

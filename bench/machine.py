"""What /proc knows: the machine, and a server's processes with their CPU seconds and memory."""

from __future__ import annotations

import os
import platform
import re
import time
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def description() -> dict[str, str | int]:
    """The machine that figures were measured on."""
    model = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    memory = re.search(r"^MemTotal:\s*(\d+) kB", Path("/proc/meminfo").read_text(), re.M)
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": os.cpu_count() or 0,
        "memory_mib": int(memory[1]) // 1024 if memory else 0,
        "kernel": ".".join(platform.release().split("-")[0].split(".")[:2]),
    }


def _parent_and_cpu_seconds(pid: int) -> tuple[int, float]:
    """The parent, and the CPU seconds of a process with those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1]), sum(int(ticks) for ticks in fields[11:15]) / TICKS_PER_SECOND


def parent(pid: int) -> int:
    return _parent_and_cpu_seconds(pid)[0]


def family(root: int) -> set[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                children.setdefault(parent(int(entry)), []).append(int(entry))
            except (FileNotFoundError, ProcessLookupError):
                continue  # It has ended meanwhile.
    found: set[int] = set()
    left = [root]
    while left:
        pid = left.pop()
        if pid not in found:
            found.add(pid)
            left += children.get(pid, [])
    return found


def cpu_seconds(root: int) -> float:
    """CPU seconds of a process and its descendants, in user and kernel mode."""
    total = 0.0
    for pid in family(root):
        try:
            total += _parent_and_cpu_seconds(pid)[1]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


def resident_mib(root: int) -> float:
    """Resident memory of a process and its descendants. Pages that they share count in each."""
    total = 0
    for pid in family(root):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if found := re.search(r"^VmRSS:\s*(\d+) kB", status, re.M):
            total += int(found[1])
    return total / 1024


def busy_seconds() -> float:
    """CPU seconds that the whole machine has spent since its start, without waiting for the disk."""
    user, nice, system, _idle, _iowait, irq, softirq = (
        int(ticks) / TICKS_PER_SECOND for ticks in Path("/proc/stat").read_text().split()[1:8]
    )
    return user + nice + system + irq + softirq


def wait_until_quiet(cores: float = 0.3, patience: float = 60.0) -> float:
    """Waits until everything together uses fewer than `cores` cores; returns how many it used when the wait ended."""
    end = time.monotonic() + patience
    while True:
        before = busy_seconds()
        time.sleep(2)
        used = (busy_seconds() - before) / 2
        if used < cores or time.monotonic() > end:
            return used

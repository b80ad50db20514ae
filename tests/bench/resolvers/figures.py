"""The figures both sides print."""

import json
import resource
from collections.abc import Iterable, Sequence
from pathlib import Path

from identity.evaluate import evaluate


def quality(clusters: Iterable[Sequence[int]], truth: Sequence[str]) -> dict[str, float]:
    """Pair and B-cubed figures of clusters of record numbers."""
    found = evaluate(clusters, dict(enumerate(truth)))
    return {
        "precision": round(found.precision, 4),
        "recall": round(found.recall, 4),
        "f1": round(found.f1, 4),
        "bcubed_f1": round(found.bcubed_f1, 4),
    }


def cpu_seconds() -> float:
    """CPU this process has used so far, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mb() -> float:
    """The most memory this process has held (its own, not that of the process it forked from)."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def report(**figures: object) -> None:
    print(json.dumps(figures))

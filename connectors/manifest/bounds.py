"""How much one request of a manifest source may take, and how patient reading is."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds, bytes and tries. A wait longer than `longest_wait` ends the stream instead.

    The hub runs the sync again after that wait, so a worker never sleeps long. `retries` counts
    the repetitions of one request within a run; `silence` is the longest pause within a body.
    """

    connect: float = 10.0
    silence: float = 60.0
    total: float = 300.0
    body: int = 64 * MEGABYTE
    longest_wait: float = 5.0
    retries: int = 2
    allow_private: bool = True

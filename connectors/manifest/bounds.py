"""How much one request of a manifest source may take, how patient reading is, and by what way."""

from dataclasses import dataclass, field
from typing import Self

from connectors.outgoing import Outgoing

MEGABYTE = 1024 * 1024
CONNECT = 10.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds, bytes and tries. A wait longer than `longest_wait` ends the stream instead.

    The hub runs the sync again after that wait, so a worker never sleeps long. `retries` counts
    the repetitions of one request within a run; `silence` is the longest pause within an answer.
    `outgoing` says by what proxy, to which networks and with which certificates.
    """

    connect: float = CONNECT
    silence: float = 60.0
    total: float = 300.0
    body: int = 64 * MEGABYTE
    longest_wait: float = 5.0
    retries: int = 2
    outgoing: Outgoing = field(default_factory=Outgoing)

    @classmethod
    def of(cls, outgoing: Outgoing) -> Self:
        """Those of a source's settings."""
        return cls(
            connect=min(CONNECT, outgoing.timeout),
            silence=outgoing.timeout,
            total=outgoing.deadline,
            retries=outgoing.tries - 1,
            outgoing=outgoing,
        )

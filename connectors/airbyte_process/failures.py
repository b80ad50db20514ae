"""What a program says went wrong, as the hub's errors."""

import time

from connectors.airbyte_process.child import Child
from connectors.airbyte_process.messages import Node, part, parts
from connectors.manifest.redaction import Redactor
from daifuku.errors import ConfigError, RateLimitedError, SourceError, TransientError

LONGEST_WAIT = 60.0
"""Seconds that a program may wait for its source by itself; the hub waits longer than that."""

_SHOWN = 300


def of_trace(trace: Node, redact: Redactor) -> SourceError:
    """The error in a TRACE message.

    What the program calls a fault of the system, its own, is tried again as passing faults are:
    most of them are an answer it did not expect.
    """
    told = part(trace, "error")
    message = short(redact(str(told.get("message") or "The connector failed.")))
    if told.get("failure_type") == "config_error":
        return ConfigError(message, hint="Correct the source's settings.")
    if told.get("failure_type") == "transient_error":
        return TransientError(message)
    return TransientError(message, hint="If it happens again, tell the connector's authors.")


def of_ending(child: Child, redact: Redactor) -> SourceError:
    """The error where a program ended without saying why."""
    code = child.exit_code
    ended = f"was killed by signal {-code}" if code and code < 0 else f"ended with status {code}"
    words = short(redact(child.last_words))
    said = f" Its last words: {words}" if words else ""
    return TransientError(f"The connector {ended} before it had read everything.{said}")


def of_waiting(status: Node) -> RateLimitedError | None:
    """The error where a program says that its source lets it wait for long."""
    for reason in parts(status, "reasons"):
        reset = part(reason, "rate_limited").get("quota_reset")
        if reason.get("type") == "RATE_LIMITED" and isinstance(reset, int | float):
            seconds = reset / 1000 - time.time()
            if seconds > LONGEST_WAIT:
                text = "The source takes no more requests for now."
                return RateLimitedError(text, retry_after=seconds)
    return None


def short(text: str) -> str:
    """The first line of a text, not longer than a person reads."""
    return (text.strip().splitlines() or [""])[0][:_SHOWN]

"""What can go wrong with one HTTP answer, for `Simulator.fail`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Damage(StrEnum):
    """How an answer is spoilt on its way."""

    NONE = "none"
    TRUNCATED = "truncated"
    """The connection ends in the middle of the promised body."""
    CUT_JSON = "cut_json"
    """A shorter body with the right length: JSON that stops in the middle."""
    HTML = "html"
    """A proxy's page instead of the answer, with the status of the answer."""
    SLOW = "slow"
    """The body comes in drips."""
    RESET = "reset"
    """The connection is reset before any answer."""
    ENDLESS_BODY = "endless_body"
    """The body is blanks, one after each pause, without end."""
    ENDLESS_HEAD = "endless_head"
    """A header line grows by a letter after each pause, without end."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad answer. `status` None lets the good answer's status stand.

    `body` None asks the simulator for its own error body; `pause` is seconds between drips.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    damage: Damage = Damage.NONE
    pause: float = 0.0


def status(
    code: int,
    *,
    retry_after: float | str | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Fault:
    """An error status (401, 403, 404, 429, 500 ...), with a Retry-After header if given."""
    extra = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(status=code, headers={**extra, **(headers or {})}, body=body)


def truncated() -> Fault:
    """The connection closes half-way through the body."""
    return Fault(damage=Damage.TRUNCATED)


def cut_json() -> Fault:
    """The body is whole for HTTP but is JSON cut in the middle."""
    return Fault(damage=Damage.CUT_JSON)


def html() -> Fault:
    """An HTML page with status 200, as a captive portal or a maintenance page sends."""
    return Fault(damage=Damage.HTML)


def slow(pause: float) -> Fault:
    """The body drips, a sixteenth at a time, `pause` seconds apart."""
    return Fault(damage=Damage.SLOW, pause=pause)


def reset() -> Fault:
    """The connection is reset without an answer."""
    return Fault(damage=Damage.RESET)


def endless_body(pause: float) -> Fault:
    """A body that drips blanks, which JSON may begin with, until the client hangs up."""
    return Fault(damage=Damage.ENDLESS_BODY, pause=pause)


def endless_head(pause: float) -> Fault:
    """A header that drips until the client hangs up."""
    return Fault(damage=Damage.ENDLESS_HEAD, pause=pause)

"""Runs as the command line shows them: a table of streams, the error, and what to do about it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from api.cli.output import print_table, print_text
from daifuku.errors import UserError
from daifuku.records import LogLine, Receipt, StreamRun, SyncRun
from sync.advice import MOVES_SHOWN, Advice, Language

SHOWN = ("fetched", "new", "changed", "unchanged", "rejected", "deleted")
PARTS = ("new", "changed", "unchanged", "rejected", "suppressed")
OUTCOMES = ("linked", "created", "held")


def print_runs(found: Sequence[SyncRun]) -> None:
    """A line a run, then the errors there were."""
    rows = [
        (run.id, run.source, run.state, *(getattr(run.receipt, name) for name in SHOWN))
        for run in found
    ]
    print_table(("run", "source", "state", *SHOWN), rows)
    for run in found:
        if run.error:
            print_text(f"run {run.id}: {run.error}")


def print_streams(run: SyncRun) -> None:
    """How far a run has come, a line a stream."""
    columns = ("stream", "state", *SHOWN, "suppressed", "checkpoints", "rate", "left")
    print_table(columns, [_stream_row(one) for one in run.by_stream.values()])


def print_run(run: SyncRun, advice: Advice | None, lang: Language) -> None:
    """A run, its streams, its errors, and what to do."""
    print_text(f"run {run.id} of {run.source}: {run.state}")
    print_text(f"  {equation(run.receipt)}")
    print_streams(run)
    for one in run.by_stream.values():
        if one.error and one.error != run.error:
            print_text(f"{one.stream}: {one.error}")
    if run.error:
        print_text(run.error)
    if advice is not None:
        print_advice(advice, lang)


def print_advice(advice: Advice, lang: Language) -> None:
    """What happened, whose move it is, and the next step."""
    print_text(f"[{MOVES_SHOWN[lang][advice.move]}] {advice.what}")
    print_text(f"  {advice.next_step}")


def print_receipt(run: SyncRun) -> None:
    """The receipt as the equation it is, then what resolution made of it."""
    receipt = run.receipt
    print_text(f"run {run.id} {run.state}: {equation(receipt)}")
    if receipt.deleted:
        print_text(f"  {receipt.deleted} deleted at the source")
    print_text("  " + ", ".join(f"{getattr(receipt, name)} {name}" for name in OUTCOMES))
    for stream, state in run.streams.items():
        if state != "complete":
            print_text(f"  {stream}: {state}")
    if run.error:
        print_text(f"  {run.error}")


def equation(receipt: Receipt) -> str:
    """`fetched 3 = 3 new + ...`"""
    parts = " + ".join(f"{getattr(receipt, name)} {name}" for name in PARTS)
    return f"fetched {receipt.fetched} = {parts}"


def print_line(line: LogLine) -> None:
    """A line of a run's log, its time in UTC."""
    stream = f" {line.stream}:" if line.stream else ""
    print_text(f"{line.at:%Y-%m-%dT%H:%M:%SZ} {line.level:<7}{stream} {line.words}")


def moment_of(text: str | None) -> datetime | None:
    """A date or time as it was typed, in UTC where it names no zone.

    Raises:
        UserError: it is neither.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"{text!r} is no date.", hint="Example: 2024-01-31.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _stream_row(run: StreamRun) -> tuple[object, ...]:
    counts = (getattr(run.receipt, name) for name in (*SHOWN, "suppressed"))
    state = f"{run.state}: {run.error_kind}" if run.error_kind else str(run.state)
    rate = None if run.rate is None else f"{run.rate:,.0f}/s"
    left = None if run.seconds_left is None else f"about {_span(run.seconds_left)}"
    return (run.stream, state, *counts, run.checkpoints, rate, left)


def _span(seconds: float) -> str:
    """`2 h 5 min`, `40 s`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{rest} s"

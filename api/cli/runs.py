"""Runs as the command line shows them: a table of streams, the error, and what to do about it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from api.cli.headings import word
from api.cli.output import print_table, print_text
from api.read.schedule_words import span_text
from daifuku.errors import UserError
from daifuku.records import LogLine, Receipt, StreamRun, SyncRun
from sync.advice import MOVES_SHOWN, Advice, Language

SHOWN = ("fetched", "new", "changed", "unchanged", "rejected", "deleted")
PARTS = ("new", "changed", "unchanged", "rejected", "suppressed")
OUTCOMES = ("linked", "created", "held")

_RUN_OF: Mapping[Language, str] = {
    "en": "run {run.id} of {run.source}: {state}",
    "ja": "{run.source} の実行 {run.id}: {state}",
}
_RUN: Mapping[Language, str] = {
    "en": "run {run.id} {state}: {equation}",
    "ja": "実行 {run.id} {state}: {equation}",
}
_DELETED: Mapping[Language, str] = {
    "en": "  {count} deleted at the source",
    "ja": "  接続先で削除 {count}",
}


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


def print_streams(run: SyncRun, lang: Language = "en") -> None:
    """How far a run has come, a line a stream."""
    columns = ("stream", "state", *SHOWN, "suppressed", "checkpoints", "rate", "left")
    rows = [_stream_row(one, lang) for one in run.by_stream.values()]
    print_table(columns, rows, lang)


def print_run(run: SyncRun, advice: Advice | None, lang: Language) -> None:
    """A run, its streams, its errors, and what to do."""
    print_text(_RUN_OF[lang].format(run=run, state=word(run.state, lang)))
    print_text(f"  {equation(run.receipt, lang)}")
    print_streams(run, lang)
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


def print_receipt(run: SyncRun, advice: Advice | None, lang: Language) -> None:
    """The receipt as the equation it is, what resolution made of it, and what to do."""
    receipt = run.receipt
    state = word(run.state, lang)
    print_text(_RUN[lang].format(run=run, state=state, equation=equation(receipt, lang)))
    if receipt.deleted:
        print_text(_DELETED[lang].format(count=receipt.deleted))
    print_text("  " + ", ".join(_counted(receipt, name, lang) for name in OUTCOMES))
    for stream, state in run.streams.items():
        if state != "complete":
            print_text(f"  {stream}: {word(state, lang)}")
    if run.error:
        print_text(f"  {run.error}")
    if advice is not None:
        print_advice(advice, lang)


def equation(receipt: Receipt, lang: Language = "en") -> str:
    """`fetched 3 = 3 new + ...`"""
    parts = " + ".join(_counted(receipt, name, lang) for name in PARTS)
    return f"{word('fetched', lang)} {receipt.fetched} = {parts}"


def _counted(receipt: Receipt, name: str, lang: Language) -> str:
    count = getattr(receipt, name)
    return f"{count} {name}" if lang == "en" else f"{word(name, lang)} {count}"


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


def _stream_row(run: StreamRun, lang: Language) -> tuple[object, ...]:
    counts = (getattr(run.receipt, name) for name in (*SHOWN, "suppressed"))
    state = word(run.state, lang) + (f": {run.error_kind}" if run.error_kind else "")
    rate = None if run.rate is None else f"{run.rate:,.0f}/s"
    left = None if run.seconds_left is None else _left(run.seconds_left, lang)
    return (run.stream, state, *counts, run.checkpoints, rate, left)


def _left(seconds: float, lang: Language) -> str:
    """`about 2 h 5 min`, `about 40 s`."""
    return f"約{span_text(seconds, lang)}" if lang == "ja" else f"about {_span(seconds)}"


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{rest} s"

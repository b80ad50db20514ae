"""Takes a whole merge apart: what became part of a golden record leaves it as it came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daifuku.errors import ConflictError, UserError
from daifuku.records import DecisionKind, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import decisions, golden, history, named
from daifuku.storage.repositories.resolution.decisions import Word, word
from sync.stewardship.deciding import Order, decide_within
from sync.stewardship.parties import across, former_records, party
from sync.stewardship.plans import Plan, crossing


@dataclass(frozen=True, slots=True)
class _Halves:
    """The records that two golden records had when one was merged into the other."""

    retired: tuple[RecordKey, ...]
    survivor: tuple[RecordKey, ...]


def unmerge(tx: Transaction, golden_id: str, retired: str, order: Order) -> Plan:
    """The plan to part from a golden record what it took in when `retired` was merged into it.

    Where stewards' decisions tie the two, these are taken back: all is as if they had never
    been merged. Where the engine joins them still, they are said to be different.

    Raises:
        ConflictError: the id was not merged into that golden record, or is no longer.
    """
    of = party(tx, golden_id)
    done = _parted_before(tx, of.golden_id, retired)
    if done is not None:
        return done
    halves = _halves(tx, of.golden_id, of.keys, retired)
    about = frozenset({of.golden_id, retired})
    tying = crossing(tx, halves.retired, halves.survivor)
    if tying:
        taken = sorted({said.decision_id for said in tying})
        kept = _kept(decisions.words_of(tx, taken), halves)
        withdrawing = Plan(
            kind=DecisionKind.UNMERGE, about=about, words=kept, withdraws=tuple(taken)
        )
        if _parts(tx, withdrawing, halves, order):
            return withdrawing
    words = [
        *across(halves.retired, halves.survivor, same=False),
        *(word(said.a, said.b, same=False) for said in tying),
    ]
    by_pair = {(said.a, said.b): said for said in words}
    return Plan(kind=DecisionKind.UNMERGE, about=about, words=tuple(by_pair.values()))


def _parted_before(tx: Transaction, golden_id: str, retired: str) -> Plan | None:
    """The plan that repeats the decision by which that id is in use again, if one did."""
    row = golden.load(tx, [retired]).get(retired)
    if row is None or row.state != "active":
        return None
    for taken in decisions.latest(tx, golden_id=retired, limit=1):
        if taken.kind is DecisionKind.UNMERGE and taken.withdrawn_by is None:
            about = frozenset({golden_id, retired})
            return Plan(kind=DecisionKind.UNMERGE, about=about, repeats=taken.id)
    return None


def _halves(tx: Transaction, survivor: str, keys: Sequence[RecordKey], retired: str) -> _Halves:
    row = golden.load(tx, [retired]).get(retired)
    merge = history.last_merges(tx, [retired]).get(retired)
    if row is None or row.state != "merged" or merge is None:
        raise ConflictError(
            f"{retired[:64]!r} is not merged into another golden record.",
            hint="`daifuku history` shows what was merged into which.",
        )
    before = history.body_before(tx, survivor, merge.sequence)
    had = set(former_records(before)) if before else set()
    leaving = [key for key in former_records(row.body) if key in keys]
    staying = [key for key in keys if key in had and key not in leaving]
    staying = staying or [key for key in keys if key not in leaving]
    if not leaving or not staying:
        raise UserError(
            f"The golden record {survivor} has no records of {retired} beside its own.",
            hint="Name the records to take out instead.",
        )
    return _Halves(tuple(leaving), tuple(staying))


def _kept(words: Iterable[Word], halves: _Halves) -> tuple[Word, ...]:
    """The words of decisions taken back that do not speak across the halves: said again."""
    ours, theirs = set(halves.retired), set(halves.survivor)
    return tuple(
        word(said.a, said.b, same=said.same)
        for said in words
        if not ({said.a, said.b} & ours and {said.a, said.b} & theirs)
    )


def _parts(tx: Transaction, plan: Plan, halves: _Halves, order: Order) -> bool:
    """Whether that plan alone leaves the halves in different golden records; it is rehearsed."""
    savepoint = tx.begin_nested()
    try:
        decide_within(tx, lambda _: plan, order)
        homes = named.find(tx, [*halves.retired, *halves.survivor])
        ours, theirs = (
            {homes[key].golden_id for key in half} for half in (halves.retired, halves.survivor)
        )
    finally:
        savepoint.rollback()
    return not ours & theirs

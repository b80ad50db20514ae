"""What a steward's command comes to: the words it says, and the decisions it takes back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from daifuku.errors import ConflictError, UserError
from daifuku.records import DecisionKind, RecordKey, ReviewKind, ReviewState, Verdict
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import decisions, reviews
from daifuku.storage.repositories.resolution.decisions import Word, word
from sync.stewardship.parties import across, parties, party, records_named

_KIND_OF = {
    Verdict.SAME: DecisionKind.SAME,
    Verdict.DIFFERENT: DecisionKind.DIFFERENT,
    Verdict.CANNOT_TELL: DecisionKind.CANNOT_TELL,
    Verdict.SKIP: DecisionKind.SKIP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A decision before it is taken.

    `withdraws` are the decisions it takes back, `about` the golden records it names. Where
    all of it holds already, `repeats` is the decision that says so.
    """

    kind: DecisionKind
    about: frozenset[str]
    words: tuple[Word, ...] = ()
    withdraws: tuple[int, ...] = ()
    undoes: int | None = None
    task_id: str | None = None
    repeats: int | None = None


def two_records(tx: Transaction, a: RecordKey, b: RecordKey, *, same: bool) -> Plan:
    """Two source records are the same, or different, for ever."""
    found = records_named(tx, a, b)
    kind = DecisionKind.SAME if same else DecisionKind.DIFFERENT
    about = frozenset(record.golden_id for record in found if record.golden_id)
    return _said(tx, kind, [word(a, b, same=same)], about)


def merge(tx: Transaction, golden_ids: Sequence[str]) -> Plan:
    """These golden records are one."""
    first, *others = parties(tx, golden_ids)
    about = frozenset({first.golden_id, *(other.golden_id for other in others)})
    if not others:
        return Plan(kind=DecisionKind.MERGE, about=about, repeats=_merged_by(tx, golden_ids))
    words = [said for other in others for said in across(first.keys, other.keys, same=True)]
    return _said(tx, DecisionKind.MERGE, words, about)


def keep_apart(tx: Transaction, golden_ids: Sequence[str]) -> Plan:
    """These golden records are different, each from each other."""
    found = parties(tx, golden_ids)
    if len(found) < 2:
        raise UserError(
            "These are one golden record, so that they cannot be kept apart.",
            hint="Unmerge what does not belong to it.",
        )
    words = [
        said
        for one, other in combinations(found, 2)
        for said in across(one.keys, other.keys, same=False)
    ]
    return _said(tx, DecisionKind.KEEP_APART, words, frozenset(one.golden_id for one in found))


def split_off(tx: Transaction, golden_id: str, keys: Iterable[RecordKey]) -> Plan:
    """These records do not belong to that golden record."""
    of, leaving = party(tx, golden_id), sorted(set(keys))
    records_named(tx, *leaving)
    about = frozenset({of.golden_id})
    gone = [key for key in leaving if key not in of.keys]
    if gone:
        parted = _parted_by(tx, gone, of.keys)
        if parted is None or len(gone) < len(leaving):
            raise ConflictError(
                f"{gone[0]} is no record of the golden record {of.golden_id}.",
                hint="Read it again: its records may have changed.",
            )
        return Plan(kind=DecisionKind.UNMERGE, about=about, repeats=parted)
    staying = [key for key in of.keys if key not in leaving]
    if not leaving or not staying:
        raise UserError("Name some of the golden record's records, not none and not all.")
    tying = crossing(tx, leaving, staying)
    said = {(one.a, one.b): one for one in across(leaving, staying, same=False)}
    said |= {(one.a, one.b): word(one.a, one.b, same=False) for one in tying}
    return _said(tx, DecisionKind.UNMERGE, list(said.values()), about)


def undo(tx: Transaction, decision_id: int) -> Plan:
    """That decision is taken back, as if it had never been."""
    taken = decisions.get(tx, decision_id)
    about = frozenset(decisions.profiles_of(tx, [decision_id]).get(decision_id, ()))
    return Plan(
        kind=DecisionKind.UNDO,
        about=about,
        withdraws=(decision_id,),
        undoes=decision_id,
        repeats=taken.withdrawn_by,
    )


def answer(tx: Transaction, task_id: str, verdict: Verdict) -> Plan:
    """The answer to a review task."""
    task = reviews.get(tx, task_id)
    kind = _KIND_OF[verdict]
    about = frozenset({task.golden_a, task.golden_b})
    if task.outcome == verdict and task.decision_id is not None:
        return Plan(kind=kind, about=about, task_id=task.id, repeats=task.decision_id)
    if task.state is ReviewState.CLOSED:
        raise ConflictError(
            f"The review task {task.id} is closed: {task.outcome}.",
            hint="Undo the decision that closed it, or decide on the golden records themselves.",
        )
    if verdict in (Verdict.CANNOT_TELL, Verdict.SKIP):
        return Plan(kind=kind, about=about, task_id=task.id)
    if task.kind is ReviewKind.CONFLICT:
        raise UserError(
            f"The review task {task.id} asks which value holds, not who is who.",
            hint=f"Pin the value of {task.field}, and it closes itself.",
        )
    one, other = party(tx, task.golden_a), party(tx, task.golden_b)
    words = across(one.keys, other.keys, same=verdict is Verdict.SAME)
    return Plan(kind=kind, about=about, words=tuple(words), task_id=task.id)


def crossing(tx: Transaction, ours: Iterable[RecordKey], theirs: Iterable[RecordKey]) -> list[Word]:
    """The words `same` in force between two groups of records."""
    mine, others = set(ours), set(theirs)
    return [
        said
        for said in decisions.words_on(tx, mine)
        if said.same and len({said.a, said.b} & mine) == 1 and {said.a, said.b} & others
    ]


def _said(
    tx: Transaction, kind: DecisionKind, words: Sequence[Word], about: frozenset[str]
) -> Plan:
    """The plan to say these words, unless every one of them is the last word already."""
    standing = {
        (said.a, said.b): said
        for said in decisions.words_on(tx, {key for said in words for key in (said.a, said.b)})
    }
    last = [standing.get((said.a, said.b)) for said in words]
    if all(old and old.same == new.same for old, new in zip(last, words, strict=True)):
        return Plan(kind=kind, about=about, repeats=max(old.decision_id for old in last if old))
    return Plan(kind=kind, about=about, words=tuple(words))


def _merged_by(tx: Transaction, golden_ids: Sequence[str]) -> int:
    for golden_id in golden_ids:
        for taken in decisions.latest(tx, golden_id=golden_id):
            if taken.kind in (DecisionKind.MERGE, DecisionKind.SAME) and not taken.withdrawn_by:
                return taken.id
    raise UserError("These are one golden record already.", hint="Name two that are not.")


def _parted_by(tx: Transaction, gone: Sequence[RecordKey], keys: Sequence[RecordKey]) -> int | None:
    """The decision that holds these records apart from those, if one does."""
    apart = {
        (said.a, said.b): said.decision_id for said in decisions.words_on(tx, gone) if not said.same
    }
    by = [apart.get((min(a, b), max(a, b))) for a in gone for b in keys]
    found = [id for id in by if id is not None]
    return max(found) if found and len(found) == len(by) else None

"""Review tasks ask each question once, close themselves, and come back only with news."""

import pytest
from sqlalchemy import insert, select

from daifuku.errors import ConflictError, UserError
from daifuku.records import MappedRecord, ReviewKind, ReviewState, ReviewTask, Settlement, Verdict
from daifuku.storage.tables import interaction, mapped_record
from sync.resolution import resolve_pending
from sync.resolution.ranking import priority, uncertainty
from sync.stewardship import answer_task, keep_apart, merge, undo
from tests.support.landed import land
from tests.support.stewardship import SEEN, Office, of, person

KEY = ("source", "stream", "external_id", "part")


def caller(name: str, born: str | None, phone: str = "090-1234-5678") -> MappedRecord:
    """Somebody of one name and one phone number, whose date of birth may be another's."""
    return person(name, phones=(phone,), birth_date=born)


def doubtful(office: Office) -> ReviewTask:
    """The task on two people who may be one."""
    office.sync(caller("a1", "1980-04-01"), caller("b1", "1981-05-02"))
    assert office.groups() == of(["a1", "b1"])
    (task,) = office.tasks()
    assert task.kind is ReviewKind.MATCH
    return task


def matches(office: Office, state: ReviewState = ReviewState.OPEN) -> list[ReviewTask]:
    return [task for task in office.tasks(state) if task.kind is ReviewKind.MATCH]


@pytest.mark.parametrize(
    ("verdict", "groups"), [(Verdict.SAME, ["a1 b1"]), (Verdict.DIFFERENT, ["a1", "b1"])]
)
def test_a_verdict_closes_the_task_and_is_a_decision(
    office: Office, verdict: Verdict, groups: list[str]
) -> None:
    task = doubtful(office)
    answer = office.do(answer_task, task.id, verdict)
    assert office.groups() == of(groups)
    assert matches(office) == []
    (closed,) = matches(office, ReviewState.CLOSED)
    assert (closed.outcome, closed.decision_id) == (verdict, answer.decision.id)
    assert office.do(answer_task, task.id, verdict).repeated


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.DIFFERENT, Verdict.CANNOT_TELL])
def test_an_undone_verdict_leaves_the_task_open_as_before(office: Office, verdict: Verdict) -> None:
    task = doubtful(office)
    answer = office.do(answer_task, task.id, verdict)
    assert matches(office) == []
    office.do(undo, answer.decision.id)
    assert office.tasks() == [task]


def test_a_task_is_never_asked_twice(office: Office) -> None:
    task = doubtful(office)
    for _ in range(2):
        office.sync(caller("a1", "1980-04-01"), caller("b1", "1981-05-02"))
        assert [one.id for one in office.tasks()] == [task.id]


@pytest.mark.parametrize(
    ("verdict", "state"),
    [(Verdict.CANNOT_TELL, ReviewState.CLOSED), (Verdict.SKIP, ReviewState.SKIPPED)],
)
def test_what_could_not_be_told_comes_back_only_with_new_evidence(
    office: Office, verdict: Verdict, state: ReviewState
) -> None:
    task = doubtful(office)
    office.do(answer_task, task.id, verdict)
    office.sync(caller("a1", "1980-04-01"), caller("b1", "1981-05-02"))
    assert [one.id for one in matches(office, state)] == [task.id]
    office.sync(person("b1", ("佐藤", "華子"), phones=("090-1234-5678",)))
    (again,) = matches(office)
    assert again.id == task.id
    assert again.evidence != task.evidence


def test_a_task_closes_itself_when_later_evidence_joins_the_two(office: Office) -> None:
    task = doubtful(office)
    office.sync(caller("b1", "1980-04-01"))
    assert office.groups() == of(["a1 b1"])
    (closed,) = matches(office, ReviewState.CLOSED)
    assert (closed.id, closed.outcome) == (task.id, Settlement.JOINED)


def test_a_task_closes_itself_when_the_evidence_fades_or_goes(office: Office) -> None:
    task = doubtful(office)
    office.sync(caller("b1", "1981-05-02", "080-7654-3210"))
    assert matches(office, ReviewState.CLOSED)[0].outcome == Settlement.FADED
    office.sync(caller("b1", "1981-05-02"))
    assert [one.id for one in office.tasks()] == [task.id]
    office.remove("b1")
    assert matches(office, ReviewState.CLOSED)[0].outcome == Settlement.GONE


def test_a_decision_elsewhere_closes_the_task(office: Office) -> None:
    task = doubtful(office)
    office.do(keep_apart, [task.golden_a, task.golden_b])
    assert matches(office, ReviewState.CLOSED)[0].outcome == Settlement.DECIDED


def test_a_closed_task_takes_no_other_answer(office: Office) -> None:
    task = doubtful(office)
    office.do(merge, [task.golden_a, task.golden_b])
    with pytest.raises(ConflictError, match="is closed: joined"):
        office.do(answer_task, task.id, Verdict.DIFFERENT)


def test_sources_of_equal_standing_that_disagree_leave_a_conflict(office: Office) -> None:
    task = doubtful(office)
    office.do(answer_task, task.id, Verdict.SAME)
    (conflict,) = office.tasks()
    assert (conflict.kind, conflict.field) == (ReviewKind.CONFLICT, "birth_date")
    assert conflict.golden_a == conflict.golden_b == office.id_of("a1")
    with pytest.raises(UserError, match="Pin the value of birth_date"):
        office.do(answer_task, conflict.id, Verdict.SAME)
    office.sync(caller("b1", "1980-04-01"))
    assert office.tasks() == []


def test_a_conflict_closes_itself_when_its_golden_record_is_no_more(office: Office) -> None:
    task = doubtful(office)
    office.do(answer_task, task.id, Verdict.SAME)
    (conflict,) = office.tasks()
    office.sync(*(caller(name, "1990-12-24", "090-8765-4321") for name in ("c1", "c2", "c3")))
    office.do(merge, [office.id_of("c1"), conflict.golden_a])

    assert conflict.golden_a != office.id_of("a1")
    assert {task.golden_a for task in office.tasks()} == {office.id_of("a1")}
    (closed,) = (task for task in office.tasks(ReviewState.CLOSED) if task.id == conflict.id)
    assert closed.outcome == Settlement.MOVED

    office.remove("a1", "b1", "c1", "c2", "c3")
    assert office.tasks() == []


def test_what_hangs_on_an_answer_ranks_it(office: Office) -> None:
    plain = doubtful(office)
    other = {"phones": ("080-1111-2222",)}
    twins = [
        person(name, ("鈴木", "次郎"), birth_date=born, **other)
        for name, born in (("c1", "1980-04-01"), ("d1", "1981-05-02"))
    ]
    land(office.store, twins)
    with office.store.write() as tx:
        (row,) = tx.execute(select(mapped_record).where(mapped_record.c.external_id == "c1"))
        order = {"channel": "shop", "kind": "order", "direction": "in", "at": SEEN, "body": b"{}"}
        hangs_on = {f"of_{part}": row._mapping[part] for part in KEY}
        orders = [
            {"source_record_id": row.source_record_id, "sequence": number, **hangs_on, **order}
            for number in range(7)
        ]
        tx.execute(insert(interaction), orders)
    resolve_pending(office.store)
    first, second = office.tasks()
    assert (first.value, second.id, second.value) == (7, plain.id, 0)
    assert first.priority == pytest.approx(4 * second.priority, rel=0.2)


def test_priority_is_value_times_uncertainty_times_reach() -> None:
    assert uncertainty(0.5) == 1
    assert uncertainty(1.0) == uncertainty(0.0) == 0
    assert priority(0, 0.5, 1) == 1
    assert priority(7, 0.5, 1) == 4
    assert priority(0, 0.5, 7) == 3
    assert priority(0, 0.9, 1) < priority(0, 0.6, 1)

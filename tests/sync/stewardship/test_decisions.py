"""What stewards decide holds, whatever the engine thinks, until it is taken back."""

import pytest

from daifuku.errors import ConflictError, ContradictionError, NotFoundError, UserError
from sync.stewardship import (
    Order,
    keep_apart,
    merge,
    say_different,
    say_same,
    split_off,
    undo,
    unmerge,
)
from tests.support.stewardship import Office, hanako, jiro, key, of, person


def test_same_joins_what_has_nothing_in_common(office: Office) -> None:
    office.sync(hanako("a1"), jiro("b1"))
    answer = office.do(say_same, key("a1"), key("b1"))
    assert office.groups() == of(["a1 b1"])
    assert list(answer.effect.golden_records) == [office.id_of("a1")]


def test_same_is_never_parted_by_the_engine(office: Office) -> None:
    office.sync(hanako("a1"), jiro("b1"))
    office.do(say_same, key("a1"), key("b1"))
    office.sync(jiro("c1"), hanako("d1"), person("b1", ("高橋", "一郎"), birth_date="2001-01-01"))
    assert any({"a1", "b1"} <= group for group in office.groups())


def test_different_is_never_joined_not_even_through_a_third_record(office: Office) -> None:
    office.sync(hanako("a1"), hanako("b1"))
    assert office.groups() == of(["a1 b1"])
    office.do(say_different, key("a1"), key("b1"))
    office.sync(hanako("c1"), hanako("d1"))
    assert not any({"a1", "b1"} <= group for group in office.groups())


def test_a_merge_joins_golden_records_and_the_larger_keeps_its_id(office: Office) -> None:
    office.sync(hanako("a1"), hanako("a2"), jiro("b1"))
    larger, smaller = office.id_of("a1"), office.id_of("b1")
    answer = office.do(merge, [smaller, larger])
    assert office.groups() == of(["a1 a2 b1"])
    assert answer.effect.retired == {smaller: larger}
    assert answer.effect.changed == (larger,)
    assert office.leads_to(smaller) == larger


def test_what_is_kept_apart_stays_apart(office: Office) -> None:
    office.sync(hanako("a1"), person("b1", emails=("hanako@example.jp",)))
    if office.id_of("a1") == office.id_of("b1"):
        office.do(split_off, office.id_of("a1"), [key("b1")])
    office.do(keep_apart, [office.id_of("a1"), office.id_of("b1")])
    office.sync(hanako("b1"), hanako("c1"))
    assert not any({"a1", "b1"} <= group for group in office.groups())


def test_a_record_is_taken_out_of_a_golden_record(office: Office) -> None:
    office.sync(hanako("a1"), hanako("b1"), hanako("c1"))
    golden_id = office.id_of("a1")
    answer = office.do(split_off, golden_id, [key("c1")])
    assert office.groups() == of(["a1 b1", "c1"])
    assert office.id_of("a1") == golden_id
    assert answer.effect.created == (office.id_of("c1"),)


def test_an_automatic_merge_is_taken_apart_and_stays_so(office: Office) -> None:
    office.sync(hanako("a1"), hanako("a2"), jiro("b1"))
    hers, his = office.id_of("a1"), office.id_of("b1")
    office.sync(hanako("b1"))
    assert office.leads_to(his) == hers
    office.sync(hanako("b2"))
    answer = office.do(unmerge, hers, his)
    assert office.id_of("b1") == his
    assert office.id_of("a1") == office.id_of("a2") == hers
    assert answer.effect.restored == (his,)
    office.sync(hanako("c1"))
    assert office.id_of("b1") != office.id_of("a1")


def test_taking_one_golden_record_out_of_a_merge_leaves_the_rest_of_it(office: Office) -> None:
    office.sync(hanako("a1"), jiro("b1"), person("c1", ("高橋", "一郎"), birth_date="2001-01-01"))
    hers, his, third = (office.id_of(name) for name in ("a1", "b1", "c1"))
    office.do(merge, [hers, his, third])
    survivor = office.id_of("a1")
    out = next(id for id in (his, third) if id != survivor)
    office.do(unmerge, survivor, out)
    assert len(office.groups()) == 2
    assert office.leads_to(out) == out


def test_the_last_word_on_a_pair_holds(office: Office) -> None:
    office.sync(hanako("a1"), jiro("b1"))
    office.do(say_same, key("a1"), key("b1"))
    office.do(say_different, key("a1"), key("b1"))
    assert office.groups() == of(["a1", "b1"])
    office.do(say_same, key("a1"), key("b1"))
    assert office.groups() == of(["a1 b1"])


def test_an_undone_decision_uncovers_the_one_before(office: Office) -> None:
    office.sync(hanako("a1"), jiro("b1"))
    office.do(say_same, key("a1"), key("b1"))
    second = office.do(say_different, key("a1"), key("b1"))
    back = office.do(undo, second.decision.id)
    assert office.groups() == of(["a1 b1"])
    office.do(undo, back.decision.id)
    assert office.groups() == of(["a1", "b1"])
    assert office.decisions_taken() == 4


@pytest.mark.parametrize("first", ["same", "different"])
def test_a_contradiction_is_refused_and_names_the_decisions(office: Office, first: str) -> None:
    office.sync(hanako("a1"), jiro("b1"), person("c1", ("高橋", "一郎")))
    one = office.do(say_same, key("a1"), key("b1")).decision.id
    if first == "same":
        two = office.do(say_same, key("b1"), key("c1")).decision.id
    else:
        two = office.do(say_different, key("b1"), key("c1")).decision.id
    refused = say_different if first == "same" else say_same
    before = office.says()
    with pytest.raises(ContradictionError, match=rf"decisions {one}, {two}\. .*undo one first"):
        office.do(refused, key("a1"), key("c1"))
    assert office.says() == before
    assert office.decisions_taken() == 2


def test_an_undo_that_would_bring_back_a_contradiction_is_refused(office: Office) -> None:
    office.sync(hanako("a1"), jiro("b1"), person("c1", ("高橋", "一郎")))
    office.do(say_same, key("a1"), key("b1"))
    parting = office.do(say_different, key("a1"), key("b1"))
    office.do(say_same, key("a1"), key("c1"))
    office.do(say_different, key("b1"), key("c1"))
    with pytest.raises(ContradictionError):
        office.do(undo, parting.decision.id)
    assert office.groups() == of(["a1 c1", "b1"])


def test_doing_it_twice_is_doing_it_once(office: Office) -> None:
    office.sync(hanako("a1"), hanako("a2"), jiro("b1"))
    hers, his = office.id_of("a1"), office.id_of("b1")
    commands = [
        (merge, [hers, his]),
        (say_same, key("a1"), key("b1")),
        (unmerge, hers, his),
        (keep_apart, [hers, his]),
        (split_off, hers, [key("a2")]),
    ]
    for command, *what in commands:
        first = office.do(command, *what)
        again = office.do(command, *what)
        assert again.repeated
        assert again.decision.id == first.decision.id or first.repeated
        assert again.effect.golden_records.items() <= first.effect.golden_records.items()
    taken = office.do(undo, first.decision.id)
    assert office.do(undo, first.decision.id).decision == taken.decision


def test_a_stale_version_is_refused_with_what_changed(office: Office) -> None:
    office.sync(hanako("a1"), jiro("b1"))
    hers, his = office.id_of("a1"), office.id_of("b1")
    office.sync(person("a1", ("佐藤", "華子"), birth_date="1980-04-01"))
    stale = Order(by="sato", expected={hers: 1})
    with pytest.raises(ConflictError, match=r"at version 2, not 1: changed since: .*given_name"):
        office.do(merge, [hers, his], order=stale)
    seen = Order(by="sato", expected={hers: 2, his: 1})
    (retired,) = office.do(merge, [hers, his], order=seen).effect.retired
    seen = Order(by="sato", expected={retired: 1})
    with pytest.raises(ConflictError, match="in use no more"):
        office.do(split_off, office.id_of("a1"), [key("b1")], order=seen)


def test_what_makes_no_sense_is_refused(office: Office) -> None:
    office.sync(hanako("a1"), jiro("b1"))
    hers = office.id_of("a1")
    for error, command, *what in [
        (NotFoundError, say_same, key("a1"), key("z9")),
        (NotFoundError, merge, [hers, "p_nobody"]),
        (NotFoundError, undo, 77),
        (UserError, say_same, key("a1"), key("a1")),
        (UserError, merge, [hers, hers]),
        (UserError, keep_apart, [hers]),
        (UserError, split_off, hers, [key("a1")]),
        (ConflictError, split_off, hers, [key("b1")]),
        (ConflictError, unmerge, hers, office.id_of("b1")),
    ]:
        with pytest.raises(error):
            office.do(command, *what)
    assert office.decisions_taken() == 0


def test_of_two_equal_records_each_obeys_its_own_decision(office: Office) -> None:
    office.sync(hanako("a1"), jiro("b1"), jiro("c1"))
    office.do(say_same, key("a1"), key("b1"))
    office.do(say_different, key("a1"), key("c1"))
    assert office.groups() == of(["a1 b1", "c1"])

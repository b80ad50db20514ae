"""The laws of stewardship, on worlds drawn at random."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from daifuku.errors import ContradictionError, UserError
from daifuku.records import MappedRecord
from sync.stewardship import keep_apart, merge, say_different, say_same, split_off, undo, unmerge
from tests.support.stewardship import Office, at, hanako, jiro, key, of, person

slow = settings(
    phases=[Phase.generate],
    max_examples=2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)

NAMES = [f"{source}{number}" for source in "abc" for number in range(1, 4)]
names = st.sampled_from(NAMES)


@st.composite
def records(draw: st.DrawFn) -> MappedRecord:
    """A record of one of two people, or one that may be either's."""
    name = draw(names)
    kind = draw(st.sampled_from("hhjjx"))
    if kind == "x":
        email = draw(st.sampled_from(["hanako@example.jp", "jiro@example.com"]))
        return person(
            name, draw(st.sampled_from([("佐藤", "花子"), ("鈴木", "次郎")])), emails=(email,)
        )
    return hanako(name) if kind == "h" else jiro(name)


arrivals = st.lists(records(), min_size=1, max_size=5, unique_by=lambda record: record.key)


@slow
@given(first=arrivals, later=arrivals, data=st.data())
def test_a_stewards_word_outlives_every_sync(
    new_office: Callable[[], Office],
    first: list[MappedRecord],
    later: list[MappedRecord],
    data: Any,
) -> None:
    office = new_office()
    office.sync(hanako("d1"), jiro("d2"), *first)
    present = sorted({"d1", "d2", *(record.key.external_id for record in first)})
    pairs = st.lists(st.sampled_from(present), min_size=2, max_size=2, unique=True)
    words: list[tuple[bool, list[str]]] = []
    for _ in range(3):
        same, pair = data.draw(st.booleans()), data.draw(pairs)
        try:
            office.do(say_same if same else say_different, key(pair[0]), key(pair[1]))
        except ContradictionError:
            continue
        words = [(s, p) for s, p in words if set(p) != set(pair)] + [(same, pair)]
    gone = data.draw(st.sampled_from(present))
    again = hanako(gone)

    def obeyed() -> bool:
        return all(
            same == any(set(pair) <= group for group in office.groups()) for same, pair in words
        )

    assert obeyed()
    office.sync(*later)
    assert obeyed()
    office.remove(gone)
    office.sync(again)
    assert obeyed()


@slow
@given(first=arrivals, later=arrivals, data=st.data())
def test_undo_equals_never_decided(
    new_office: Callable[[], Office],
    first: list[MappedRecord],
    later: list[MappedRecord],
    data: Any,
) -> None:
    decided, plain = new_office(), new_office()
    for office in (decided, plain):
        office.sync(hanako("d1"), jiro("d2"), *first)
    taken = [answer for answer in (_anything(decided, data) for _ in range(2)) if answer]
    for office in (decided, plain):
        office.sync(*later)
    for id in data.draw(st.permutations(taken)):
        decided.do(undo, id)
    assert decided.groups() == plain.groups()
    assert decided.links() == plain.links()
    assert _contents(decided) == _contents(plain)
    assert len(decided.tasks()) == len(plain.tasks())


def _anything(office: Office, data: Any) -> int | None:
    """Some decision; its id, if it was taken."""
    present = sorted({name for group in office.groups() for name in group})
    one, other = data.draw(st.lists(st.sampled_from(present), min_size=2, max_size=2, unique=True))
    commands: list[tuple[Any, ...]] = [
        (say_same, key(one), key(other)),
        (say_different, key(one), key(other)),
        (merge, [office.id_of(one), office.id_of(other)]),
        (keep_apart, [office.id_of(one), office.id_of(other)]),
        (split_off, office.id_of(one), [key(one)]),
    ]
    command, *what = data.draw(st.sampled_from(commands))
    try:
        answer = office.do(command, *what)
    except UserError:
        return None
    return None if answer.repeated else answer.decision.id


def _contents(office: Office) -> list[str]:
    return sorted(map(repr, office.says().values()))


steps = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["b1", "b2", "b3", "b4"]), st.booleans()),
    max_size=4,
)


@slow
@given(steps=steps, parting=st.sampled_from(["undo", "unmerge"]))
def test_merge_then_later_syncs_then_unmerge_equals_never_merged(
    new_office: Callable[[], Office], steps: list[tuple[bool, str, bool]], parting: str
) -> None:
    merged, never = new_office(), new_office()
    for office in (merged, never):
        office.sync(hanako("a1"), hanako("a2"))
        office.sync(jiro("c1"))
    hers, his = merged.id_of("a1"), merged.id_of("c1")
    answer = merged.do(merge, [hers, his])
    assert merged.groups() == of(["a1 a2 c1"])
    for office in (merged, never):
        for removes, name, is_hers in steps:
            if removes:
                office.remove(name if is_hers else f"c{name}")
            else:
                office.sync(hanako(name) if is_hers else jiro(f"c{name}"))
    if parting == "undo":
        merged.do(undo, answer.decision.id)
    else:
        merged.do(unmerge, hers, his)
    assert merged.groups() == never.groups()
    assert merged.says() == never.says()
    assert merged.redirects() == never.redirects()
    assert merged.links() == never.links()


@slow
@given(first=arrivals, data=st.data())
def test_a_preview_says_what_the_decision_then_does(
    new_office: Callable[[], Office], first: list[MappedRecord], data: Any
) -> None:
    office = new_office()
    office.sync(hanako("d1"), jiro("d2"), *first)
    present = sorted({name for group in office.groups() for name in group})
    one, other = data.draw(st.lists(st.sampled_from(present), min_size=2, max_size=2, unique=True))
    commands: list[tuple[Any, ...]] = [
        (say_same, key(one), key(other)),
        (say_different, key(one), key(other)),
        (split_off, office.id_of(one), [key(one)]),
    ]
    command, *what = data.draw(st.sampled_from(commands))
    before = office.says(), office.redirects(), office.tasks(), office.decisions_taken()
    try:
        shown = office.do(command, *what, preview=True, order=at(1))
    except UserError:
        return
    assert (office.says(), office.redirects(), office.tasks(), office.decisions_taken()) == before
    done = office.do(command, *what, order=at(1))
    assert shown.preview
    assert shown.effect == done.effect

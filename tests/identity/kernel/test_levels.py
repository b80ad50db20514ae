from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.kernel import Texts, reference
from identity.model.conditions import TEXT_OPS, Check, Op
from identity.tabular.program import MISSING, Program, Rung, flatten
from tests.support.kernels import FREELY, natives, needs_native

ROWS = 12
NAMES = ("name", "town", "alias")
WORDS = ["marta", "marhta", "Maria", "佐藤", "佐籐", "斎藤", "𠮷野", "吉野", ""]
COLUMN = st.lists(st.integers(-1, len(WORDS) - 1), min_size=ROWS, max_size=ROWS)
BOUNDS = {Op.JARO_WINKLER: st.sampled_from([0.5, 0.7, 0.88, 0.92, 1.0])}
Drawn = tuple[Program, list[np.ndarray], dict[int, Texts], np.ndarray, np.ndarray]


def checks(op: Op) -> st.SearchStrategy[Check]:
    bound = BOUNDS.get(op, st.integers(0, 3).map(float))
    names = st.sampled_from(NAMES)
    if op in TEXT_OPS:
        return st.builds(lambda name, k: Check(op, name, name, k), names, bound)
    return st.builds(Check, st.just(op), names, names)


CONDITIONS = st.lists(
    st.lists(st.sampled_from(Op).flatmap(checks), min_size=1, max_size=3).map(tuple), max_size=3
).map(tuple)
RUNGS = st.builds(Rung, st.integers(0, 4) | st.just(MISSING), CONDITIONS)
LADDERS = st.lists(st.lists(RUNGS, max_size=4).map(tuple), max_size=4).map(tuple)


def arguments(ladders: tuple[tuple[Rung, ...], ...], columns: Sequence[Sequence[int]]) -> Drawn:
    numbers = {name: number for number, name in enumerate(NAMES)}
    ids = [np.asarray(column, np.int32) for column in columns]
    first, second = np.indices((ROWS, ROWS), np.int32).reshape(2, -1)
    texts = dict.fromkeys(numbers.values(), Texts.of(WORDS))
    return flatten(ladders, numbers), ids, texts, first, second


PROGRAMS = st.builds(arguments, LADDERS, st.tuples(COLUMN, COLUMN, COLUMN))


@needs_native
@FREELY
@given(PROGRAMS)
def test_the_native_kernel_reaches_the_same_levels(drawn: Drawn) -> None:
    expected = reference.levels(*drawn)
    for native in natives():
        found = native.levels(*drawn)
        assert found.dtype == np.uint8
        assert found.tolist() == expected.tolist()


@FREELY
@given(PROGRAMS)
def test_levels_do_not_depend_on_which_row_comes_first(drawn: Drawn) -> None:
    program, ids, texts, first, second = drawn
    forth = reference.levels(program, ids, texts, first, second)
    back = reference.levels(program, ids, texts, second, first)
    assert forth.tolist() == back.tolist()


def test_the_first_rung_whose_condition_holds_counts() -> None:
    same = Check(Op.EQUAL, "name", "name")
    near = Check(Op.LEVENSHTEIN, "name", "name", 1.0)
    town = Check(Op.EQUAL, "town", "town")
    ladder = (
        Rung(MISSING, ((Check(Op.MISSING_EITHER, "name", "name"),),)),
        Rung(0, ((same,),)),
        Rung(1, ((near, town), (Check(Op.EQUAL, "name", "alias"),))),
        Rung(2, ()),
    )
    rest = [-1] * (ROWS - 5)
    name = [0, 1, 0, 2, -1, *rest]
    town_of = [4, 4, 4, 5, 4, *rest]
    alias = [-1, 2, -1, -1, 3, *rest]
    program, ids, texts, _, _ = arguments((ladder,), (name, town_of, alias))
    pairs = [(0, 2), (0, 1), (0, 3), (1, 3), (0, 4)]
    a, b = np.asarray(pairs, np.int32).T
    expected = [[0, 1, 2, 1, MISSING]]
    for kernel in (reference, *natives()):
        assert kernel.levels(program, ids, texts, a, b).tolist() == expected


def test_exchanged_values_must_agree_both_ways_round() -> None:
    ladder = (Rung(0, ((Check(Op.EXCHANGED, "name", "alias"),),)), Rung(1, ()))
    rest = [-1] * (ROWS - 3)
    program, ids, texts, _, _ = arguments(
        (ladder,), ([0, 1, 1, *rest], [-1] * ROWS, [1, 0, 2, *rest])
    )
    a, b = np.asarray([(0, 1), (0, 2), (1, 2)], np.int32).T
    for kernel in (reference, *natives()):
        assert kernel.levels(program, ids, texts, a, b).tolist() == [[0, 1, 1]]


def test_where_no_rung_holds_the_level_is_missing() -> None:
    ladder = (Rung(0, ((Check(Op.EQUAL, "name", "name"),),)),)
    program, ids, texts, first, second = arguments((ladder,), [[-1] * ROWS] * 3)
    for kernel in (reference, *natives()):
        assert (kernel.levels(program, ids, texts, first, second) == MISSING).all()


@needs_native
def test_many_pairs_reach_the_same_levels_whatever_their_number() -> None:
    chance = np.random.default_rng(4)
    similar = Check(Op.JARO_WINKLER, "name", "name", 0.8)
    closer = Check(Op.JARO_WINKLER, "name", "name", 0.9)
    ladder = (Rung(0, ((closer,),)), Rung(1, ((similar,),)), Rung(2, ()))
    texts = Texts.of(["".join(chance.choice(list("abcde"), 6)) for _ in range(400)])
    program = flatten((ladder, ladder), {"name": 0})
    ids = [chance.integers(-1, 400, 5000).astype(np.int32)]
    for pairs in (0, 1, 511, 512, 513, 70_000):
        a, b = chance.integers(0, 5000, (2, pairs)).astype(np.int32)
        expected = reference.levels(program, ids, {0: texts}, a, b)
        for native in natives():
            assert np.array_equal(native.levels(program, ids, {0: texts}, a, b), expected)


@needs_native
def test_pairs_of_rows_that_are_not_there_are_refused() -> None:
    program, ids, texts, first, second = arguments((), [[0] * ROWS] * 3)
    for native in natives():
        with pytest.raises(ValueError, match="outside"):
            native.levels(program, ids, texts, first, second + ROWS)

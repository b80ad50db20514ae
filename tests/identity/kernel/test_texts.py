import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from identity.kernel import Texts, reference
from tests.support.kernels import FREELY, natives, needs_native

LETTERS = ["ab", "abcde", "山川田佐藤斎齋ヒロシ", "aé山𠮷野家", "𠮷𩸽🙂"]
SHORT = st.sampled_from(LETTERS).flatmap(lambda letters: st.text(letters, max_size=12))
LONG = st.sampled_from(LETTERS).flatmap(lambda letters: st.text(letters, min_size=60, max_size=140))
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TEXTS = st.lists(SHORT | LONG | ANY, min_size=1, max_size=8)


def all_pairs(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    first, second = np.indices((len(texts), len(texts)), np.int32).reshape(2, -1)
    return first, second


@FREELY
@given(TEXTS)
def test_texts_are_kept_as_code_points(texts: list[str]) -> None:
    for kept in (Texts.of(texts), Texts.of(pa.array(texts, pa.string()))):
        assert kept.strings == texts
        assert len(kept) == len(texts)
        assert kept.chars.tolist() == [ord(letter) for text in texts for letter in text]


def test_a_slice_of_an_arrow_array_has_its_own_texts() -> None:
    sliced = pa.array(["ab", "山田", "", "c"], pa.large_string()).slice(1, 2)
    assert Texts.of(sliced).strings == ["山田", ""]


def test_characters_take_the_bytes_they_need() -> None:
    widths = [Texts.of([text]).chars.itemsize for text in ("", "aé", "山", "𠮷")]
    assert widths == [1, 1, 2, 4]


def test_no_texts_have_no_pairs() -> None:
    none = np.empty(0, np.int32)
    for kernel in (reference, *natives()):
        assert kernel.levenshtein(Texts.of([]), none, none, 1).tolist() == []
        assert kernel.jaro_winkler(Texts.of([]), none, none, 0.9).tolist() == []


@FREELY
@given(TEXTS, st.integers(-1, 5))
def test_the_reference_counts_edits_of_code_points(texts: list[str], at_most: int) -> None:
    a, b = all_pairs(texts)
    for decide, distance in (
        (reference.levenshtein, Levenshtein.distance),
        (reference.osa, OSA.distance),
    ):
        found = decide(Texts.of(texts), a, b, at_most)
        assert found.dtype == np.bool_
        assert found.tolist() == [distance(x, y) <= at_most for x in texts for y in texts]


@FREELY
@given(TEXTS, st.floats(0, 1.1))
def test_the_reference_takes_jaro_winkler_of_code_points(texts: list[str], at_least: float) -> None:
    a, b = all_pairs(texts)
    found = reference.jaro_winkler(Texts.of(texts), a, b, at_least)
    expected = [JaroWinkler.similarity(x, y) >= at_least for x in texts for y in texts]
    assert found.tolist() == expected


@needs_native
@FREELY
@given(TEXTS, st.integers(-1, 8) | st.just(200))
def test_the_native_kernel_counts_the_same_edits(texts: list[str], at_most: int) -> None:
    kept, (a, b) = Texts.of(texts), all_pairs(texts)
    for native in natives():
        for name in ("levenshtein", "osa"):
            expected = getattr(reference, name)(kept, a, b, at_most)
            assert getattr(native, name)(kept, a, b, at_most).tolist() == expected.tolist()


@needs_native
@FREELY
@given(TEXTS, st.floats(-0.5, 1.1), st.booleans())
def test_the_native_kernel_takes_the_same_similarity(
    texts: list[str], at_least: float, of_a_pair: bool
) -> None:
    if of_a_pair:  # a threshold that is met to the bit
        at_least = JaroWinkler.similarity(texts[0], texts[-1])
    kept, (a, b) = Texts.of(texts), all_pairs(texts)
    expected = reference.jaro_winkler(kept, a, b, at_least)
    for native in natives():
        assert native.jaro_winkler(kept, a, b, at_least).tolist() == expected.tolist()


@needs_native
@pytest.mark.parametrize("letters", ["ab", "あいう", "𠮷🙂a"])
def test_the_native_kernel_decides_alike_for_many_pairs(letters: str) -> None:
    chance = random.Random(len(letters))
    texts = ["".join(chance.choices(letters, k=chance.randint(0, 9))) for _ in range(120)]
    texts += ["".join(chance.choices(letters, k=chance.randint(62, 130))) for _ in range(30)]
    kept, (a, b) = Texts.of(texts), all_pairs(texts)
    for native in natives():
        for at_most in (0, 1, 2, 3):
            for name in ("levenshtein", "osa"):
                expected = getattr(reference, name)(kept, a, b, at_most)
                assert np.array_equal(getattr(native, name)(kept, a, b, at_most), expected)
        for at_least in (0.7, 0.8, 0.88, 0.92, 1.0):
            expected = reference.jaro_winkler(kept, a, b, at_least)
            assert np.array_equal(native.jaro_winkler(kept, a, b, at_least), expected)


@needs_native
def test_pairs_of_texts_that_are_not_there_are_refused() -> None:
    for native in natives():
        with pytest.raises(ValueError, match="outside"):
            native.osa(Texts.of(["a"]), np.zeros(1, np.int32), np.ones(1, np.int32), 1)

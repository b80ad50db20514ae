"""Folding of characters, and the tables it rests on."""

import unicodedata

import pytest

from identity.normalize import fold_lookalikes, fold_text, kana_key, loose_key, romaji_key
from identity.normalize.tables import read_table


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邉惠", "渡辺恵"),
        ("佐々木", "佐佐木"),
        ("ﾔﾏﾀﾞ", "ヤマダ"),
        ("か゛", "が"),
        ("神\ufe00田", "神田"),
        ("葛\U000e0100城", "葛城"),
        ("１‐２−３―４", "1-2-3-4"),
        (" a \u200b\u3000b\t", "a b"),
        ("\ud800x", "x"),
    ],
)
def test_folds_what_looks_or_means_the_same(text: str, folded: str) -> None:
    assert fold_text(text) == folded


def test_variants_are_one_step_and_never_chains() -> None:
    rows = read_table("kanji_variants.tsv")
    canonical = {row[0] for row in rows}
    variants = [variant for row in rows for variant in row[1]]
    assert len(variants) == len(set(variants))
    assert not canonical & set(variants)
    assert all(unicodedata.normalize("NFKC", char) == char for char in canonical)


def test_lookalikes_are_told_apart_but_can_be_found() -> None:
    assert fold_text("中嶋") != fold_text("中島")
    assert fold_lookalikes("中嶋") == fold_lookalikes("中島")


@pytest.mark.parametrize(
    ("one", "other"),
    [("タロウ", "タロー"), ("キョウコ", "キヨウコ"), ("みすゞ", "ミスズ"), ("ヅ", "ズ")],
)
def test_one_sound_has_one_strict_key(one: str, other: str) -> None:
    assert kana_key(one) == kana_key(other)


@pytest.mark.parametrize(("one", "other"), [("オノ", "オオノ"), ("ユキ", "ユウキ")])
def test_length_parts_strict_keys(one: str, other: str) -> None:
    assert kana_key(one) != kana_key(other)


@pytest.mark.parametrize(
    ("kana", "spellings"),
    [
        ("ツチヤ", ["Tsuchiya", "Tutiya"]),
        ("ジュンイチ", ["Junichi", "Jun'ichi", "Zyuniti", "Jun-ichi"]),
        ("オオノ", ["Ono", "Ohno", "Oono", "Ōno"]),
        ("ホンマ", ["Honma", "Homma"]),
        ("ハットリ", ["Hattori"]),
    ],
)
def test_all_romanisations_have_one_loose_key(kana: str, spellings: list[str]) -> None:
    assert {romaji_key(spelling) for spelling in spellings} == {loose_key(kana)}

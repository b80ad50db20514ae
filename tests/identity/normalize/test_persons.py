"""Personal names: parts, readings and keys, whatever the script."""

from dataclasses import replace
from importlib.util import find_spec
from types import SimpleNamespace

import pytest

from daifuku.errors import UserError
from identity.normalize import PersonName, bare_name, person_name, use_sudachi, written_name
from identity.normalize.persons import forget_names
from identity.normalize.readings import set_tokenizer


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [
        ("山田太郎", "山田", "太郎"),
        ("山田　太郎 様", "山田", "太郎"),
        ("京子 加藤", "加藤", "京子"),
        ("髙橋一郎", "高橋", "一郎"),
        ("佐々木学", "佐佐木", "学"),
        ("田中さくら", "田中", "さくら"),
        ("長谷川健太", "長谷川", "健太"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ", "タロウ"),
        ("やまだたろう", "ヤマダ", "タロウ"),
        ("カトウキヨウコ", "カトウ", "キョウコ"),
        ("YAMADA, Tarou", "yamada", "tarou"),
        ("Taro Yamada", "yamada", "taro"),
        ("Dr. Robert J. Smith Jr.", "smith", "robert j"),
        ("Anna van der Berg", "vanderberg", "anna"),
        ("José García", "garcia", "jose"),
        ("山田 Taro", "山田", "taro"),
        ("鈴木さん", "鈴木", ""),
        ("鈴木 先　生", "鈴木", ""),
        ("様 々", "", ""),
        ("山田 J. ゝ", "山田", "j"),
        ("さくら", "", "サクラ"),
        ("長宗我部元親", "", ""),
        ("御中", "", ""),
    ],
)
def test_finds_family_and_given_name(text: str, family: str, given: str) -> None:
    name = person_name(text)
    assert (name.family, name.given) == (family, given)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("山田　太郎 様", "山田 太郎"),
        ("髙橋一郎（営業）", "髙橋一郎"),
        ("Dr. Robert J. Smith Jr.", "Robert J. Smith"),
        ("Dr. Müller 様", "Müller"),
        ("Dr. 〒100-0005Yamada", "Yamada"),
        ("Dr. ・Mr. 'Yamada, Jr.', Esq.", "Yamada"),
        ("御中", ""),
        ("䷀々", "々"),
    ],
)
def test_titles_honorifics_and_marks_go_in_any_order(text: str, bare: str) -> None:
    assert bare_name(text) == bare
    assert person_name(text).full == person_name(bare).full


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Dr. 山田", "山田"),
        ("Dr 山田", "山田"),
        ("Dr.山田太郎", "山田太郎"),
        ("ＤＲ．山田太郎", "山田太郎"),
        ("Dr・山田", "山田"),
        ("Dr山田太郎", "山田太郎"),
        ("Mr. 田中 様", "田中"),
        ("Prof. 佐藤", "佐藤"),
        ("Prof. Dr. 山田 太郎先生", "山田 太郎"),
        ("Miss さくら", "さくら"),
        ("Dr. さくら", "さくら"),
        ("Dr. Anna 山田", "Anna 山田"),
        ("Dr. 김철수", "김철수"),
        ("Dr Tanaka", "Tanaka"),
        ("Dr.Tanaka", "Tanaka"),
        ("山田太郎 Ph.D.", "山田太郎"),
        ("山田 太郎, MD 様", "山田 太郎"),
        ("田中-san", "田中"),
        ("さくらsama", "さくら"),
        ("Dr殿々", "殿々"),
    ],
)
def test_latin_titles_go_from_japanese_names_too(text: str, bare: str) -> None:
    assert bare_name(text) == bare
    assert person_name(text) == person_name(bare)


@pytest.mark.parametrize(
    "text",
    [
        *("Dr", "Mr.", "Miss", "MD", "Sir", "様田 太郎", "M. 山田", "K. 山田", "MRI 田中"),
        *(
            "Drew 山田",
            "Missさくら",
            "Msgr 山田",
            "Proforma 商会",
            "山田 San Juan",
            "Dre 山田",
        ),
    ],
)
def test_what_only_begins_like_a_title_or_is_all_there_is_stays(text: str) -> None:
    assert bare_name(text) == text.rstrip(".")


def test_a_letter_whose_lower_case_is_two_characters_stays_one() -> None:
    assert person_name("İ一").full == person_name("i一").full == "i一"


def test_an_iteration_mark_with_nothing_to_repeat_makes_no_name_japanese() -> None:
    assert person_name("À ゝ") == person_name("À")


def test_a_reading_that_was_stated_is_kept_apart_from_guesses() -> None:
    guessed = person_name("東健太")
    assert guessed.full_kana == ""
    assert guessed.readings[0] == ("ヒガシ", "ケンタ")
    assert ("アズマ", "ケンタ") in guessed.readings[:3]

    for stated in (
        person_name("東健太", kana="アズマ ケンタ"),
        person_name("東健太", kana="あずまけんた"),
        person_name("東健太（アズマケンタ）"),
        person_name(family="東", given="健太", family_kana="ｱｽﾞﾏ", given_kana="ｹﾝﾀ"),
    ):
        assert (stated.family_kana, stated.given_kana) == ("アズマ", "ケンタ")
        assert stated.full_kana == "アズマケンタ"
        assert stated.readings == ()
        assert stated.keys == ("azumakenta",)


def test_strict_kana_keep_vowel_length_and_loose_keys_do_not() -> None:
    short, long = person_name("オノ マコト"), person_name("オオノ マコト")
    assert short.full_kana != long.full_kana
    assert short.keys == long.keys == person_name("Ohno Makoto").keys[:1]


def test_an_unknown_reading_leaves_no_key() -> None:
    name = person_name("王 小明")
    assert name.keys == name.given_keys == ()
    assert name.family_keys


def test_latin_names_have_keys_in_both_orders_and_nicknames_resolved() -> None:
    assert set(person_name("Bob Smith").keys) == set(person_name("Smith, Robert").keys)


def test_parts_that_were_given_are_trusted() -> None:
    name = person_name("加藤京子", family="加", given="藤京子")
    assert (name.family, name.given, name.full) == ("加", "藤京子", "加藤京子")
    assert person_name("加藤京子", family="加藤").given == "京子"


def test_furigana_alone_are_a_name() -> None:
    assert person_name(kana="ヤマダ タロウ") == person_name("ヤマダ タロウ")


def test_a_latin_name_has_the_keys_of_its_furigana_too() -> None:
    name = person_name("Robert Smith", kana="スミス ロバート")
    assert {"smithrobert", "sumisurobato"} <= set(name.keys)
    assert name.family == "smith"


def test_nothing_is_nothing() -> None:
    assert person_name("") == person_name(" 様 ") == person_name("1234") == PersonName()


def test_sudachi_is_off_until_switched_on() -> None:
    if find_spec("sudachipy") is None:
        with pytest.raises(UserError, match=r"daifuku\[readings\]"):
            use_sudachi(True)
    assert person_name("長宗我部 元親").keys == ()


def test_a_tokenizer_gives_the_readings_the_table_lacks() -> None:
    known = {"長宗我部": "チョウソカベ", "元親": "モトチカ"}
    set_tokenizer(lambda name: [SimpleNamespace(reading_form=lambda: known.get(name, ""))])
    forget_names()
    try:
        assert person_name("長宗我部 元親").keys == ("chosokabemotochika",)
    finally:
        set_tokenizer(None)
        forget_names()


@pytest.mark.parametrize(
    "said",
    [
        ("山田 太郎", "", "", "", "", ""),
        ("山田太郎", "", "", "ヤマダ タロウ", "", ""),
        ("", "山田", "太郎", "", "ヤマダ", ""),
        ("", "", "", "ｽｽﾞｷ ﾊﾅｺ", "", ""),
        ("Dr. José Müller", "", "", "", "", ""),
        ("Smith (スミス)", "", "", "", "", ""),
        ("", "O'Neil", "Anna Maria", "", "", ""),
        ("김철수", "", "", "", "", ""),
        ("・", "", "", "", "", ""),
    ],
)
def test_a_written_name_is_the_name_without_its_keys(
    said: tuple[str, str, str, str, str, str],
) -> None:
    text, family, given, kana, family_kana, given_kana = said
    name = person_name(
        text,
        family=family,
        given=given,
        kana=kana,
        family_kana=family_kana,
        given_kana=given_kana,
    )
    assert written_name(said) == replace(name, keys=(), family_keys=(), given_keys=())

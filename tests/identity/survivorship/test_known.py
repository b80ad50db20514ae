"""What is known of records beforehand saves work and changes nothing."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from daifuku.records import MappedRecord
from identity.features import features
from identity.normalize import person_name
from identity.survivorship import ranking
from identity.survivorship.shown import NameTexts, name_as_shown, shown_name
from identity.survivorship.survive import survive
from tests.support.sayings import clusters

PIECES = (
    *("大島", "髙橋", "佐々木", "一", "健太", "由佳", "オオシマ", "ｹﾝﾀ", "キヨウコ", "さくら"),
    *("Taylor", "José", "İpek", "金", "철수", " ", "　", "・", ",", "-", "々", "ー"),
    *("様", "さん", "Dr. ", "(株)", "（総務）", "12"),
)
TEXTS = st.one_of(st.just(""), st.lists(st.sampled_from(PIECES), max_size=4).map("".join))
NAMES = st.builds(NameTexts, *[TEXTS] * len(NameTexts._fields))


@given(clusters())
def test_features_at_hand_give_the_same_fields(parties: list[list[MappedRecord]]) -> None:
    for records in parties:
        known = [features(record) for record in records]
        assert survive(records, known=known) == survive(records)


@given(NAMES)
def test_a_name_read_before_is_shown_the_same(said: NameTexts) -> None:
    text, family, given_name, kana, family_kana, given_kana = said
    read = person_name(
        text,
        family=family,
        given=given_name,
        kana=kana,
        family_kana=family_kana,
        given_kana=given_kana,
    )
    fresh = shown_name(said)
    if fresh is not None:
        shown = name_as_shown(said, read)
        assert shown._replace(known=fresh.known) == fresh
        assert shown.gave_way_to(fresh) == fresh.gave_way_to(shown)


@given(clusters())
def test_what_all_say_alike_needs_no_grouping(parties: list[list[MappedRecord]]) -> None:
    for records in parties:
        at_a_glance = survive(records)
        with patch.object(ranking, "_is_one", return_value=False):
            assert survive(records) == at_a_glance

import random
from itertools import combinations

import numpy as np
import pytest

from daifuku.records import Band, Entity, MappedRecord
from identity.explain.pairs import describe, explain
from identity.features import features
from identity.model.load import shipped_model
from identity.scoring.registry import COMPARATORS
from identity.scoring.score import RELATION, score_pair
from identity.scoring.table import Table
from tests.support.parties import STREETS, Address, company, person, person_model, random_people

PERSON = person_model()
ORGANIZATION = shipped_model(Entity.ORGANIZATION)
HOME = (Address(text=STREETS[0]),)


def band(a: MappedRecord, b: MappedRecord) -> Band:
    return explain(a, b, PERSON if a.entity is Entity.PERSON else ORGANIZATION).band


def test_the_prior_and_the_comparisons_sum_to_the_weight_exactly() -> None:
    for a, b in combinations(random_people(40, seed=1), 2):
        score = score_pair(a, b, PERSON)
        assert score.prior_weight + sum(c.weight for c in score.comparisons) == score.weight


def test_many_pairs_at_once_weigh_exactly_what_each_weighs_alone() -> None:
    people = random_people(60, seed=2)
    pairs = list(combinations(range(len(people)), 2))
    random.Random(0).shuffle(pairs)
    first, second = np.asarray(pairs, np.int64).T
    weights = Table(PERSON, people).weights(first, second).tolist()
    assert weights == [score_pair(people[a], people[b], PERSON).weight for a, b in pairs]


def test_the_sides_of_a_pair_do_not_matter() -> None:
    for a, b in combinations(random_people(40, seed=3), 2):
        score = score_pair(a, b, PERSON)
        assert score == score_pair(b, a, PERSON)
        assert (score.pair.a, score.pair.b) == tuple(sorted((a.key, b.key)))
        for comparator in COMPARATORS.values():
            left, right = comparator.value(a), comparator.value(b)
            if left is not None and right is not None:
                there, back = comparator.compare(left, right), comparator.compare(right, left)
                assert there.level == back.level


def test_a_score_names_the_rules_under_which_the_two_share_a_key_and_no_other() -> None:
    mobile = "060-1234-5678"
    a = person("a", name="田中健太", phones=(mobile,), emails=("k@mail.example.jp",))
    b = person("b", name="森本由美", phones=(mobile,), emails=("y@mail.example.jp",))
    assert explain(a, b, PERSON).pair.rules == ("telephone",)


def test_a_missing_value_weighs_nothing() -> None:
    score = explain(
        person("a", name="田中健太"), person("b", emails=("k@mail.example.jp",)), PERSON
    )
    assert {c.weight for c in score.comparisons if c.level == "missing"} <= {0.0}
    assert score.weight == pytest.approx(score.prior_weight, abs=0.01)


def test_a_name_written_in_kanji_and_in_romaji_with_one_mailbox_matches() -> None:
    a = person("a", name="渡邊由美", emails=("yumi.w@mail.example.jp",))
    assert band(a, person("b", name="Yumi WATANABE", emails=("yumi.w@mail.example.jp",))) == "match"


def test_a_name_alone_is_never_a_match() -> None:
    assert band(person("a", name="服部洋子"), person("b", name="服部洋子")) is not Band.MATCH


def test_a_name_speaks_once_in_parts_or_as_a_whole() -> None:
    for a, b in (("呉梅", "呉 梅"), ("呉梅", "呉梅"), ("田中健太", "田中健太")):
        names = [person(key, name=n, name_kana="ゴ バイ") for key, n in (("a", a), ("b", b))]
        levels = {c.field: c.level for c in explain(*names, PERSON).comparisons}
        in_parts = levels["family name"] != "missing" or levels["given name"] != "missing"
        assert in_parts != (levels["full name"] != "missing")


def test_a_foreign_name_and_its_katakana_do_not_contradict_each_other() -> None:
    a, b = person("a", name="Margaret Davis"), person("b", name="デイビス マーガレット")
    levels = {c.field: c.level for c in explain(a, b, PERSON).comparisons}
    assert {levels["family name"], levels["given name"]} <= {"similar", "missing"}


def test_a_household_is_not_one_person() -> None:
    line = ("03-1234-5678",)
    he = person("a", name="大島健太", addresses=HOME, phones=line)
    she = person("b", name="大島美咲", addresses=HOME, phones=line)
    score = explain(he, she, PERSON)
    assert score.band is Band.NON_MATCH
    assert next(c for c in score.comparisons if c.field == RELATION).level == "household"


def test_a_couple_that_shares_a_mailbox_is_not_joined() -> None:
    mail = ("oshima@mail.example.jp",)
    he = person("a", name="大島健太", emails=mail, addresses=HOME)
    assert band(he, person("b", name="大島美咲", emails=mail, addresses=HOME)) is not Band.MATCH


def test_twins_are_not_joined() -> None:
    home = {"addresses": HOME, "birth_date": "2001-02-03", "phones": ("03-1234-5678",)}
    assert (
        band(person("a", name="大島健太", **home), person("b", name="大島美咲", **home)) != "match"
    )


def test_father_and_son_of_one_name_are_told_apart_by_their_birth_dates() -> None:
    father = person("a", name="大島健太", addresses=HOME, birth_date="1950-02-03")
    assert (
        band(father, person("b", name="大島健太", addresses=HOME, birth_date="1981-11-30"))
        != "match"
    )


def test_a_person_who_moved_is_found_by_name_and_mailbox() -> None:
    mail = ("kenta.oshima@mail.example.jp",)
    before = person("a", name="大島健太", emails=mail, addresses=HOME)
    after = person("b", name="大島健太", emails=mail, addresses=(Address(text=STREETS[1]),))
    assert band(before, after) is Band.MATCH


def test_a_surname_changed_by_marriage_stays_at_least_a_possible_match() -> None:
    same = {"emails": ("misaki@mail.example.jp",), "birth_date": "1990-05-06"}
    before, after = person("a", name="田中美咲", **same), person("b", name="大島美咲", **same)
    assert band(before, after) is not Band.NON_MATCH


def test_a_role_mailbox_does_not_join_two_colleagues() -> None:
    at_work = {"emails": ("info@acme.example",), "organization": "株式会社アクメ"}
    assert band(
        person("a", name="田中健太", **at_work), person("b", name="大島美咲", **at_work)
    ) == (Band.NON_MATCH)


def test_a_company_matches_through_its_forms_and_place() -> None:
    a = company("a", name="株式会社アクメ商会", addresses=HOME, phones=("03-1234-5678",))
    b = company("b", name="㈱アクメ商会", addresses=HOME)
    assert band(a, b) is Band.MATCH


def test_two_tenants_of_one_building_are_two() -> None:
    a = company("a", name="株式会社アクメ商会", addresses=HOME)
    assert band(a, company("b", name="東洋製作所株式会社", addresses=HOME)) is Band.NON_MATCH


def test_tenants_with_neighbouring_numbers_are_two_though_their_scripts_cannot_be_compared() -> (
    None
):
    a = company("a", name="株式会社青葉商店", addresses=HOME, phones=("03-5555-1000",))
    b = company("b", name="有限会社さくら", addresses=HOME, phones=("03-5555-1002",))
    assert band(a, b) is not Band.MATCH


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("match", "Family name", "household")), ("ja", ("別", "姓", "世帯"))],
)
def test_a_score_reads_as_sentences(language: str, words: tuple[str, ...]) -> None:
    he, she = (person(k, name=n, addresses=HOME) for k, n in (("a", "大島健太"), ("b", "大島美咲")))
    text = "\n".join(describe(explain(he, she, PERSON), "ja" if language == "ja" else "en"))
    assert all(word in text for word in words), text


def test_equal_records_have_one_digest_whatever_their_key() -> None:
    a, b = features(person("a", name="田中健太")), features(person("b", name="田中　健太"))
    assert a.digest == b.digest
    assert a.digest != features(person("c", name="田中美咲")).digest

"""The demo world: the same for a seed, whatever is asked of it first, and as hard as it says."""

import re
from collections import Counter, defaultdict
from itertools import islice

import orjson
import pytest

from daifuku.records import Entity
from demo.world import World, generate
from demo.world.companies import corporate_number
from demo.world.documents import SOURCES, Document
from demo.world.kana import half_width, katakana, romaji
from demo.world.mapped import told
from demo.world.people import person
from demo.world.tables import towns, usual_given_names

RESERVED = re.compile(r"@(?:[\w-]+\.)*(?:example|example\.(?:com|jp))$", re.IGNORECASE)


def as_bytes(document: Document) -> bytes:
    return orjson.dumps([document.source, document.kind, document.id, document.at, document.body])


@pytest.fixture(scope="module")
def world() -> World:
    return generate(seed=11, scale=4000)


def test_a_seed_gives_the_same_world_again() -> None:
    first, again = (list(map(as_bytes, generate(5, 600).documents())) for _ in range(2))
    assert first == again


def test_another_seed_gives_another_world() -> None:
    first, other = (set(map(as_bytes, generate(seed, 300).documents())) for seed in (5, 6))
    assert not first & other


def test_a_larger_world_begins_with_the_smaller_one() -> None:
    small = list(map(as_bytes, generate(5, 300).documents()))
    large = map(as_bytes, generate(5, 3000).documents())
    assert small == list(islice(large, len(small)))


def test_a_part_can_be_made_without_the_rest() -> None:
    assert person(5, 1230) == person(5, 1230)
    by_source = [as_bytes(d) for name in SOURCES for d in generate(5, 300).documents(name)]
    assert sorted(by_source) == sorted(map(as_bytes, generate(5, 300).documents()))


@pytest.mark.parametrize("scale", [1, 50, 5000])
def test_the_scale_is_about_the_number_of_source_records(scale: int) -> None:
    made = sum(1 for _ in generate(2, scale).documents())
    assert scale <= made < scale + 120


def test_every_source_holds_a_fair_share(world: World) -> None:
    counts = Counter(document.source for document in world.documents())
    assert set(counts) == set(SOURCES)
    assert min(counts.values()) > 0.05 * sum(counts.values())


def test_ids_are_unique_in_their_stream(world: World) -> None:
    ids = Counter((d.source, d.kind, d.id) for d in world.documents())
    assert ids.most_common(1)[0][1] == 1


def test_nobody_can_be_reached_by_accident(world: World) -> None:
    """E-mail is under reserved names, mobiles in 060, fixed lines in exchanges never given out."""
    for record, _ in told(world):
        for email in record.emails:
            assert RESERVED.search(email), email


def test_a_mailbox_belongs_to_one_person_a_household_or_a_company(world: World) -> None:
    owners = defaultdict(set)
    for record, said in told(world):
        if record.entity is Entity.PERSON and record.key.source != "line":
            for item in said.evidence:
                if item.startswith("email:"):
                    owners[item].add(said.truth)
    shared = [email for email, truths in owners.items() if len(truths) > 1]
    assert shared
    assert all(re.match(r"email:(?:.*\.family@|info@|sales@)", email) for email in shared)


def test_almost_half_of_the_line_followers_never_say_who_they_are() -> None:
    followers = [d for d in generate(11, 40_000).documents("line") if d.kind == "followers"]
    unlinked = [d for d in followers if d.says[0].truth.startswith("line:")]
    assert 0.40 < len(unlinked) / len(followers) < 0.50


def test_towns_lie_in_their_cities() -> None:
    known = {(town.prefecture, town.city, town.name): town.postal_code for town in towns()}
    assert known["東京都", "港区", "六本木"] == "1060032"
    assert len(known) > 2000


def test_given_names_have_one_reading_per_era() -> None:
    for sex, start, end, words in usual_given_names():
        assert start < end
        assert len(words) == len(set(words)), (sex, start)


def test_corporate_numbers_carry_their_check_digit() -> None:
    assert corporate_number(700_110_005_901) == "8700110005901"


@pytest.mark.parametrize(
    ("reading", "passport", "typed", "kunrei"),
    [
        ("いとう", "ito", "itou", "ito"),
        ("おおの", "ono", "oono", "ono"),
        ("しょうじ", "shoji", "shouji", "syozi"),
        ("はっとり", "hattori", "hattori", "hattori"),
        ("ちづる", "chizuru", "chizuru", "tizuru"),
    ],
)
def test_romaji_habits(reading: str, passport: str, typed: str, kunrei: str) -> None:
    assert romaji(reading) == passport
    assert romaji(reading, "typed") == typed
    assert romaji(reading, "kunrei") == kunrei


def test_kana_scripts() -> None:
    assert katakana("やまだ") == "ヤマダ"
    assert half_width("やまだ") == "ﾔﾏﾀﾞ"

"""Small made-up worlds of persons, few enough in values that records collide in every way."""

import random
from dataclasses import replace
from datetime import UTC, datetime

from daifuku.records import Address, Entity, Identifier, MappedRecord, RecordKey
from identity.features import Features, features
from identity.model.load import shipped_model
from identity.model.types import Model

AT = datetime(2026, 4, 1, tzinfo=UTC)
FAMILIES = (
    ("田中", "タナカ", "Tanaka"),
    ("大島", "オオシマ", "Oshima"),
    ("渡邊", "ワタナベ", "Watanabe"),
)
GIVENS = (("健太", "ケンタ", "Kenta"), ("美咲", "ミサキ", "Misaki"), ("由美", "ユミ", "Yumi"))
STREETS = ("東京都新宿区西新宿2-8-1", "大阪府大阪市北区梅田3-1-3", "東京都港区六本木6-10-1 301号室")


def person(key: str | RecordKey, **fields: object) -> MappedRecord:
    """A person from the source `test`, with these fields."""
    name = key if isinstance(key, RecordKey) else RecordKey("test", "people", key)
    return MappedRecord(
        **{"key": name, "entity": Entity.PERSON, "observed_at": AT, **fields}  # type: ignore[arg-type]
    )


def company(key: str, **fields: object) -> MappedRecord:
    """An organisation from the source `test`, with these fields."""
    return replace(person(key, **fields), entity=Entity.ORGANIZATION)


def random_person(key: int, chance: random.Random) -> MappedRecord:
    """A person drawn from very few values, each field present half of the time."""
    family, given = chance.choice(FAMILIES), chance.choice(GIVENS)
    script = chance.choice((0, 0, 1, 2))
    some = {
        "emails": (f"{given[2].lower()}{chance.randrange(2)}@mail.example.jp",),
        "phones": (f"0601234567{chance.randrange(3)}",),
        "addresses": (Address(text=chance.choice(STREETS)),),
        "birth_date": f"1980-01-0{chance.randrange(2, 5)}",
        "organization": f"株式会社アクメ{chance.randrange(2)}",
        "identifiers": (Identifier("customer_number", f"C{chance.randrange(3)}"),),
        "gender": chance.choice("mf"),
    }
    return person(
        f"{key:04}",
        family_name=family[script],
        given_name=given[script],
        family_kana=family[1] if chance.random() < 0.3 else None,
        **{name: value for name, value in some.items() if chance.random() < 0.5},
    )


def random_people(count: int, seed: int) -> list[Features]:
    """`count` persons of one world."""
    chance = random.Random(seed)
    return [features(random_person(key, chance)) for key in range(count)]


def with_caps(model: Model, cap: int) -> Model:
    """The model with every blocking rule's cap lowered to `cap`."""
    return replace(model, blocking=tuple(replace(rule, cap=cap) for rule in model.blocking))


def person_model() -> Model:
    """The shipped model of persons."""
    return shipped_model(Entity.PERSON)

"""The surviving values of many clusters are those of one after the other."""

from datetime import UTC, datetime, timedelta
from itertools import chain

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from daifuku.records import Address, Entity, Identifier, MappedRecord, RecordKey
from identity.survivorship.many import Clusters, Told, survive_many
from identity.survivorship.rules import SHIPPED, SurvivorshipRules, parse_rules, shipped_rules
from identity.survivorship.survive import survive

AT = datetime(2024, 4, 1, tzinfo=UTC)
PARTICULAR = parse_rules(
    SHIPPED.read_text(encoding="utf-8").replace(
        "  emails:           [source_trust, own, most_frequent, most_recent]",
        "  emails: {criteria: [source_trust, own], trust: [web, erp], ignore: [mail], keep: 1}",
    ),
    "rules.yaml",
).trusting("web")
FIELDS: dict[str, tuple[object, ...]] = {
    "name": (
        "大島健太",
        "大島 健太",
        "オオシマ ケンタ",
        "Kenta Oshima",
        "不明",
        "アクメ(株)",
        "株式会社アクメ",
    ),
    "family_name": ("大島", "田中"),
    "given_name": ("健太", "美咲"),
    "name_kana": ("オオシマ ケンタ", "ｱｸﾒ"),
    "display_name": ("ken", "KEN", "Ken "),
    "birth_date": ("1980-01-02", "昭和55年1月2日", "1980-01-03", "1900-01-01"),
    "organization": ("アクメ", "株式会社アクメ"),
    "emails": (
        ("a@b.example", "info@acme.example"),
        ("A@B.example",),
        ("x",),
        ("a@b.example",) * 2,
    ),
    "phones": (("090-1234-5678",), ("09012345678", "03-1111-2222"), ("000",)),
    "addresses": (
        (Address(text="東京都千代田区丸の内1-2-3"),),
        (Address(text="東京都千代田区丸の内一丁目2番3号 501号室"), Address(text="大阪府")),
    ),
    "identifiers": (
        (Identifier("erp", "１２"),),
        (Identifier("erp", "12"), Identifier("web", "3")),
    ),
}


@st.composite
def clusters(draw: st.DrawFn) -> list[list[MappedRecord]]:
    entity = draw(st.sampled_from(Entity))
    said = st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in FIELDS.items()})
    records = st.builds(
        lambda source, day, fields: (source, day, fields),
        st.sampled_from(("erp", "mail", "web")),
        st.integers(0, 2),
        said,
    )
    told = draw(st.lists(st.lists(records, min_size=1, max_size=5), min_size=1, max_size=4))
    return [
        [
            MappedRecord(
                key=RecordKey(source, "rows", f"{place}"),
                entity=entity,
                observed_at=AT + timedelta(days=day),
                **fields,
            )
            for place, (source, day, fields) in enumerate(cluster)
        ]
        for cluster in told
    ]


def in_columns(groups: list[list[MappedRecord]]) -> Clusters:
    records = list(chain.from_iterable(sorted(group, key=lambda r: r.key) for group in groups))
    rows = np.arange(len(records))
    return Clusters(
        records[0].entity,
        [len(group) for group in groups],
        Told([record.key.source for record in records], rows),
        {
            name: Told([getattr(record, name) or None for record in records], rows)
            for name in (*FIELDS, "observed_at")
        },
    )


@settings(deadline=None)
@given(clusters(), st.sampled_from((shipped_rules(), PARTICULAR)))
def test_columns_survive_as_clusters_do(
    groups: list[list[MappedRecord]], rules: SurvivorshipRules
) -> None:
    found = survive_many(in_columns(groups), (*FIELDS, "website"), lambda value: value, rules)
    for place, group in enumerate(groups):
        one = {name: column[place] for name, column in found.items() if column[place] is not None}
        assert one == {name: field.value for name, field in survive(group, rules).items()}

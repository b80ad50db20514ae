"""Clusters whose records say much alike and much that differs, for the laws of survivorship."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from daifuku.records import Address, Entity, Identifier, MappedRecord, RecordKey

AT = datetime(2024, 4, 1, tzinfo=UTC)
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

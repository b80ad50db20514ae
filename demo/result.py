"""What a demo ends with, as one JSON object: kept in its home, printed with --json."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from daifuku.records import MappedRecord, Receipt, RecordKey
from demo.measure import Example, Measured
from identity.measure.evaluate import Evaluation

Result = dict[str, Any]


def result(
    measured: Measured,
    receipts: Mapping[str, Receipt],
    examples: list[Example],
    *,
    seed: int,
    scale: int,
    seconds: float,
) -> Result:
    """Figures are shares between 0 and 1; `seconds` is what the first start took."""
    return {
        "seed": seed,
        "scale": scale,
        **_figures(measured.both),
        "recall_where_evidence": round(measured.evident_recall, 4),
        "by_entity": {
            entity.value: _figures(found) | {"golden_records": measured.golden_records[entity]}
            for entity, found in measured.by_entity.items()
        },
        "source_records": sum(receipt.fetched for receipt in receipts.values()),
        "mapped_records": measured.mapped_records,
        "golden_records": sum(measured.golden_records.values()),
        "review_tasks": measured.review_tasks,
        "unknowable": measured.unknowable,
        "without_truth": measured.without_truth,
        "receipts": {source: asdict(receipt) for source, receipt in receipts.items()},
        "examples": [_example(example) for example in examples],
        "seconds": round(seconds, 1),
    }


def _figures(found: Evaluation) -> dict[str, float]:
    names = ("precision", "recall", "bcubed_precision", "bcubed_recall", "bcubed_f1")
    return {name: round(getattr(found, name), 4) for name in names}


def _example(example: Example) -> dict[str, Any]:
    body = orjson.loads(example.profile.body)
    return {
        "id": example.profile.id,
        "entity": example.profile.entity.value,
        "before": [_row(stored.record) for stored in example.members],
        "after": [
            {"field": name, "value": _text(value), **_origin(body["lineage"][name])}
            for name, value in body["fields"].items()
        ],
    }


def _row(record: MappedRecord) -> dict[str, str]:
    """A record in the few columns that a reader compares by eye."""
    parts = record.family_name, record.given_name
    kana = record.family_kana, record.given_kana
    return {
        "record": f"{record.key.source}/{record.key.stream}",
        "name": record.name or _joined(parts) or record.display_name or "",
        "kana": record.name_kana or _joined(kana),
        "born": record.birth_date or "",
        "email": " ".join(record.emails),
        "phone": " ".join(record.phones),
        "address": " ".join(address.one_line() for address in record.addresses),
        "identifier": " ".join(item.value for item in record.identifiers),
    }


def _origin(lineage: Mapping[str, Any]) -> dict[str, str]:
    key = RecordKey(**lineage["source"])
    return {"source": f"{key.source}/{key.stream}", "rule": lineage["rule"]}


def _joined(parts: tuple[str | None, ...]) -> str:
    return " ".join(part for part in parts if part)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, dict) and "scheme" in value:
        return f"{value['scheme']}: {value['value']}"
    if isinstance(value, dict):
        order = ("postal_code", "text", "region", "city", "street", "building")
        return " ".join(str(value[part]) for part in order if part in value)
    return str(value)

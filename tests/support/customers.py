"""A small mapping and records for it, for tests of landing that care for no real system."""

from daifuku.records import MappingResult, RejectedRecord, SourceRecord
from mapping.engine import apply_mapping
from mapping.loader import load_mapping

MAPPING = """
version: 1
connector: crm
streams:
  customers:
    records:
      - entity: person
        part: self
        fields:
          name: name
          emails: [email]
          birth_date: {path: born, apply: [date]}
      - entity: organization
        part: company
        when: {path: company, exists: true}
        fields:
          name: company
  orders:
    interactions:
      - of: {stream: customers, id: customer, part: self}
        channel: {const: shop}
        kind: {const: order}
        at: {path: at, apply: [date]}
        refs: {order: number}
"""

_MAPPING = load_mapping(MAPPING)


def mapper(record: SourceRecord) -> MappingResult | RejectedRecord:
    """Maps the records of these tests."""
    return apply_mapping(_MAPPING, record)

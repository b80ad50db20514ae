"""The surviving values of many clusters are those of one after the other."""

from itertools import chain

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from daifuku.records import MappedRecord
from identity.survivorship.many import Clusters, Told, survive_many
from identity.survivorship.rules import SHIPPED, SurvivorshipRules, parse_rules, shipped_rules
from identity.survivorship.survive import survive
from tests.support.sayings import FIELDS, clusters

PARTICULAR = parse_rules(
    SHIPPED.read_text(encoding="utf-8").replace(
        "  emails:           [source_trust, own, most_frequent, most_recent]",
        "  emails: {criteria: [source_trust, own], trust: [web, erp], ignore: [mail], keep: 1}",
    ),
    "rules.yaml",
).trusting("web")


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

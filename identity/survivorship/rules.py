"""Survivorship rules: per field, by which criteria and from which sources a value survives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from daifuku.records import Entity
from identity.model.document import Item, parse_document, read_text
from identity.survivorship.fields import FIELDS

SHIPPED = Path(__file__).parent.parent / "models" / "survivorship.yaml"

CRITERIA = (
    "source_trust",
    "verified",
    "complete",
    "current",
    "own",
    "native_script",
    "most_frequent",
    "most_recent",
    "longest",
)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How a field survives: the criteria, asked in order.

    `trust` ranks sources for this field, best first; None stands for the order of all fields.
    What sources in `ignore` say of the field does not compete. Of a field with many values the
    best `keep` survive, None for all.
    """

    criteria: tuple[str, ...]
    trust: tuple[str, ...] | None = None
    ignore: frozenset[str] = frozenset()
    keep: int | None = None


@dataclass(frozen=True, slots=True)
class SurvivorshipRules:
    """Per entity and field its rule; `trust` ranks sources, best first.

    `facts` are the fields of one truth whatever the time: where sources of equal standing
    disagree on one, the values that lost are contested.
    """

    version: str
    fields: Mapping[Entity, Mapping[str, FieldRule]]
    trust: tuple[str, ...] = ()
    facts: frozenset[str] = frozenset()

    @property
    def criteria(self) -> Mapping[Entity, Mapping[str, tuple[str, ...]]]:
        """Per entity and field the criteria, asked in order."""
        return {
            entity: {name: rule.criteria for name, rule in rules.items()}
            for entity, rules in self.fields.items()
        }

    def trusting(self, *sources: str) -> "SurvivorshipRules":
        """These rules with that order of trust."""
        return replace(self, trust=sources)

    def rank(self, source: str, rule: FieldRule | None = None) -> int:
        """The place of a source, 0 for the most trusted; sources not listed share the last."""
        order = self.trust if rule is None or rule.trust is None else rule.trust
        return order.index(source) if source in order else len(order)


@cache
def shipped_rules() -> SurvivorshipRules:
    """The rules that come with Daifuku."""
    return load_rules(SHIPPED)


def load_rules(path: Path) -> SurvivorshipRules:
    """The rules in a YAML file.

    Raises:
        ModelError: what is wrong, with file and line.
    """
    return parse_rules(read_text(path), str(path))


def parse_rules(text: str, file: str) -> SurvivorshipRules:
    """The rules that a YAML text describes; `file` is what errors call it.

    Raises:
        ModelError: what is wrong, with file and line.
    """
    document = parse_document(text, file)
    document.only("version", "trust", "facts", *(entity.value for entity in Entity))
    trust, facts = document.get("trust"), document.get("facts")
    return SurvivorshipRules(
        version=document.need("version").text(),
        fields={entity: _rules(document.need(entity.value), entity) for entity in Entity},
        trust=_names(trust) if trust else (),
        facts=_facts(facts) if facts else frozenset(),
    )


def _rules(section: Item, entity: Entity) -> dict[str, FieldRule]:
    section.only(*FIELDS[entity])
    return {
        field: _rule(item, field, many=FIELDS[entity][field].many)
        for field, item in section.items()
    }


def _rule(item: Item, field: str, *, many: bool) -> FieldRule:
    """A list of criteria, or named: criteria, trust, ignore and, for many values, keep."""
    if not item.is_mapping():
        return FieldRule(_criteria(item, field))
    item.only("criteria", "trust", "ignore", *(("keep",) if many else ()))
    trust, ignore, keep = item.get("trust"), item.get("ignore"), item.get("keep")
    return FieldRule(
        criteria=_criteria(item.need("criteria"), field),
        trust=_names(trust) if trust else None,
        ignore=frozenset(_names(ignore)) if ignore else frozenset(),
        keep=_keep(keep) if keep else None,
    )


def _criteria(item: Item, field: str) -> tuple[str, ...]:
    criteria = tuple(name.choice(*CRITERIA) for name in item.elements())
    if not criteria:
        item.fail(f"{field!r} has no criterion.", f"Known: {', '.join(CRITERIA)}.")
    twice = next((name for name in criteria if criteria.count(name) > 1), None)
    if twice is not None:
        item.fail(f"{twice!r} is asked twice.", "Asking again tells nothing new: keep the first.")
    return criteria


def _names(item: Item) -> tuple[str, ...]:
    names = tuple(element.text() for element in item.elements())
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        item.fail(f"The source {twice!r} stands here twice.", "Keep one of them.")
    return names


def _keep(item: Item) -> int | None:
    return None if item.text() == "all" else item.count()


def _facts(item: Item) -> frozenset[str]:
    single = sorted({name for specs in FIELDS.values() for name, s in specs.items() if not s.many})
    return frozenset(element.choice(*single) for element in item.elements())

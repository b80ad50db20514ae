"""Survivorship rules: per field, by which criteria a value survives."""

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
class SurvivorshipRules:
    """Per entity and field the criteria, asked in order; `trust` ranks sources, best first."""

    version: str
    criteria: Mapping[Entity, Mapping[str, tuple[str, ...]]]
    trust: tuple[str, ...] = ()

    def trusting(self, *sources: str) -> "SurvivorshipRules":
        """These rules with that order of trust."""
        return replace(self, trust=sources)

    def rank(self, source: str) -> int:
        """The place of a source, 0 for the most trusted; sources not listed share the last."""
        return self.trust.index(source) if source in self.trust else len(self.trust)


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
    document.only("version", "trust", *(entity.value for entity in Entity))
    trust = document.get("trust")
    return SurvivorshipRules(
        version=document.need("version").text(),
        criteria={entity: _criteria(document.need(entity.value), entity) for entity in Entity},
        trust=tuple(item.text() for item in trust.elements()) if trust else (),
    )


def _criteria(section: Item, entity: Entity) -> dict[str, tuple[str, ...]]:
    section.only(*FIELDS[entity])
    rules = {}
    for field, item in section.items():
        rules[field] = tuple(name.choice(*CRITERIA) for name in item.elements())
        if not rules[field]:
            item.fail(f"{field!r} has no criterion.", f"Known: {', '.join(CRITERIA)}.")
    return rules

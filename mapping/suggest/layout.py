"""Lays guessed columns out as a mapping: which entity, which fields."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from daifuku.records.mapped import Entity
from mapping.records import PERSON_FIELDS
from mapping.suggest.columns import ColumnGuess
from mapping.suggest.contents import LEGAL_FORM

Plan = dict[str, Any]

_SINGLE = (
    "name",
    "family_name",
    "given_name",
    "name_kana",
    "family_kana",
    "given_kana",
    "display_name",
    "birth_date",
    "gender",
    "organization",
    "department",
    "job_title",
    "corporate_number",
    "website",
    "language",
)
_PERSON_NAMES = ("name", "family_name", "given_name", "name_kana", "family_kana", "given_kana")
_ISSUED_ELSEWHERE = ("soc_sec_id", "line_user_id")
"""Schemes whose issuer is not the source itself, so that they hold across sources."""


def path_of(column: str) -> str:
    """The path that reads a column, quoted where its name has signs of the path language."""
    if re.fullmatch(r"[^.\[\]\"^$@][^.\[\]\"]*", column):
        return column
    escaped = column.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class Layout:
    """The columns by target, best first, and the parts of a mapping made of them."""

    def __init__(self, guesses: Sequence[ColumnGuess], entity: Entity, *, mixed: bool) -> None:
        self.entity = entity
        self.mixed = mixed
        self._guesses = guesses

    def records(self) -> list[Plan]:
        """The `records` of the stream: a person, or an organisation, or whichever a row names."""
        if self.entity is Entity.ORGANIZATION:
            return [self._record("organization", self._organization_fields())]
        persons = self._record(self._person_or_organization(), self._person_fields())
        company, names = self._paths("organization"), self._person_paths()
        if not company or not names or self.mixed:
            return [persons]
        nameless = [{"not": {"path": path, "exists": True}} for path in names]
        only_company = {"all": [{"path": company[0], "exists": True}, *nameless]}
        companies = self._record("organization", self._organization_fields())
        return [{"entity": "organization", "when": only_company, **companies}, persons]

    def _record(self, entity: Any, fields: Plan) -> Plan:
        plan: Plan = {"entity": entity}
        changed = self._paths("observed_at")
        if changed:
            times = {"apply": [{"datetime": {"zone": self._zone()}}], "unreadable": "absent"}
            plan["observed_at"] = {"path": changed[0], **times}
        return {**plan, "fields": fields}

    def _zone(self) -> str:
        names = "".join(guess.column for guess in self._guesses)
        return "Asia/Tokyo" if re.search(r"[\u3041-\u9fff]", names) else "UTC"

    def _person_or_organization(self) -> Any:
        names = self._paths("name")
        if not (self.mixed and names):
            return "person"
        condition = {"path": names[0], "matches": LEGAL_FORM}
        return {"when": condition, "then": "organization", "else": "person"}

    def _person_fields(self) -> Plan:
        return self._fields({field: self._paths(field) for field in _SINGLE})

    def _organization_fields(self) -> Plan:
        held = {f: self._paths(f) for f in _SINGLE if f not in PERSON_FIELDS}
        held["name"] = held.pop("organization") + held["name"]
        return self._fields(held)

    def _fields(self, single: Mapping[str, list[str]]) -> Plan:
        fields: Plan = {}
        for field, paths in single.items():
            if paths:
                fields[field] = self._single(field, paths)
        for field in ("emails", "phones"):
            if paths := self._paths(field):
                fields[field] = paths
        for field, plans in (
            ("addresses", self._addresses()),
            ("identifiers", self._identifiers()),
            ("consents", self._consents()),
        ):
            if plans:
                fields[field] = plans
        return fields

    def _single(self, field: str, paths: list[str]) -> Any:
        value: Any = paths[0] if len(paths) == 1 else {"first": paths}
        if field != "gender":
            return value
        return {**({"path": value} if isinstance(value, str) else value), "apply": ["gender"]}

    def _paths(self, target: str, group: str | None = None) -> list[str]:
        """The paths of a target's columns, surest first."""
        held = [
            guess
            for guess in self._guesses
            if guess.target == target and (group is None or guess.group == group)
        ]
        return [path_of(guess.column) for guess in sorted(held, key=lambda g: -g.confidence)]

    def _person_paths(self) -> list[str]:
        return [path for field in _PERSON_NAMES for path in self._paths(field)]

    def _addresses(self) -> list[Plan]:
        parts = [guess for guess in self._guesses if guess.target.startswith("address.")]
        groups = dict.fromkeys(guess.group for guess in parts)
        plans = [self._address(group) for group in groups]
        return [plan for plan in plans if plan.keys() - {"country"}]

    def _address(self, group: str) -> Plan:
        lines = self._in_order("address.line", group)
        text = self._paths("address.text", group)
        street = self._in_order("address.street", group)
        building = self._in_order("address.building", group)
        number = self._in_order("address.number", group)
        plan: Plan = {}
        in_parts = any(self._paths(f"address.{part}", group) for part in ("region", "city"))
        if in_parts:
            street = number + street + (lines[:1] or text)
            building = lines[1:] + building
        elif lines or text:
            plan["text"] = _joined(text + number + lines + street + building)
            street = building = []
        for part in ("postal_code", "region", "city"):
            if paths := self._in_order(f"address.{part}", group):
                plan[part] = _joined(paths, "" if part == "city" else " ")
        if street:
            plan["street"] = _joined(street)
        if building:
            plan["building"] = _joined(building)
        if country := self._paths("address.country", group):
            plan["country"] = country[0]
        return plan

    def _in_order(self, target: str, group: str) -> list[str]:
        held = [g for g in self._guesses if g.target == target and g.group == group]
        return [path_of(guess.column) for guess in held]

    def _identifiers(self) -> list[Plan]:
        plans = []
        for guess in self._guesses:
            kind, _, scheme = guess.target.partition(".")
            if kind == "identifier":
                issuer: Plan = {"join": [{"const": scheme}, "@source"], "with": "@"}
                if scheme in _ISSUED_ELSEWHERE:
                    issuer = {"const": scheme}
                plans.append({"scheme": issuer, "value": path_of(guess.column)})
        return plans

    def _consents(self) -> list[Plan]:
        plans = []
        for target, transform in (("consent", "bool"), ("no_consent", "not")):
            for path in self._paths(target):
                granted = {"path": path, "apply": [transform], "unreadable": "absent"}
                plans.append({"purpose": {"const": "marketing_email"}, "granted": granted})
        return plans[:1]


def _joined(paths: list[str], glue: str = " ") -> Any:
    return paths[0] if len(paths) == 1 else {"join": paths, "with": glue}

"""Says of two values of one field whether they match, may match or differ, and why.

    compare("name", "髙橋一郎", "高橋一郎").result == "match"

This is the layer of certain knowledge: rules that hold for any two values. How much a field
weighs in the question whether two *records* are one person is the match model's business.
"""

from collections.abc import Callable, Mapping
from typing import Final

from daifuku.errors import UserError
from identity.normalize import (
    address,
    company,
    corporate_number,
    date,
    email,
    fold_text,
    person_name,
    phones,
    postal_code,
)
from identity.verdict.contacts import compare_emails, compare_phones
from identity.verdict.findings import DIFFERENT, EMPTY, SAME, Finding, Result, Verdict, maybe
from identity.verdict.names import compare_names
from identity.verdict.organisations import compare_companies
from identity.verdict.places import compare_addresses

__all__ = ["FIELDS", "Result", "Verdict", "compare"]

_INVALID = maybe(
    "The same digits, but not a valid corporate number.", "同じ数字だが、法人番号として不正。"
)
_Outcome = tuple[Finding, str, str]


def compare(field: str, a: str, b: str) -> Verdict:
    """The verdict on two values as they were written; swapping them swaps nothing but `a` and `b`.

    Raises:
        UserError: `field` is none of `FIELDS`.
    """
    comparator = _COMPARATORS.get(field)
    if comparator is None:
        known = ", ".join(FIELDS)
        raise UserError(f"There is no field {field!r} to compare.", hint=f"Known: {known}.")
    finding, left, right = comparator(a, b)
    return Verdict(finding.result, finding.why, finding.why_ja, left, right)


def _name(a: str, b: str) -> _Outcome:
    x, y = person_name(a), person_name(b)
    shown = [f"{name.family} {name.given}".strip() or name.full for name in (x, y)]
    return compare_names(x, y), shown[0], shown[1]


def _company(a: str, b: str) -> _Outcome:
    x, y = company(a), company(b)
    return compare_companies(x, y), x.key, y.key


def _address(a: str, b: str) -> _Outcome:
    x, y = address(a), address(b)
    return compare_addresses(x, y), x.key, y.key


def _phone(a: str, b: str) -> _Outcome:
    x, y = phones(a), phones(b)
    shown = [" ".join(number.e164 for number in numbers) for numbers in (x, y)]
    return compare_phones(x, y), shown[0], shown[1]


def _email(a: str, b: str) -> _Outcome:
    x, y = email(a), email(b)
    return compare_emails(x, y), x.address if x else "", y.address if y else ""


def _corporate_number(a: str, b: str) -> _Outcome:
    x, y = corporate_number(a) or "", corporate_number(b) or ""
    first, second = ("".join(filter(str.isdigit, fold_text(text))) for text in (a, b))
    if not first or not second:
        return EMPTY, x, y
    if first != second:
        return DIFFERENT, x, y
    if bool(x) != bool(y):
        return EMPTY, x, y
    return (SAME if x else _INVALID), x, y


def _by_value(normalise: Callable[[str], str | None]) -> Callable[[str, str], _Outcome]:
    def comparator(a: str, b: str) -> _Outcome:
        x, y = normalise(a) or "", normalise(b) or ""
        finding = EMPTY if not x or not y else SAME if x == y else DIFFERENT
        return finding, x, y

    return comparator


_COMPARATORS: Final[Mapping[str, Callable[[str, str], _Outcome]]] = {
    "name": _name,
    "company": _company,
    "address": _address,
    "phone": _phone,
    "email": _email,
    "date": _by_value(date),
    "corp_no": _corporate_number,
    "postal": _by_value(postal_code),
}
FIELDS: Final = tuple(_COMPARATORS)

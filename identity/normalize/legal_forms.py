"""Finds the legal form in an organisation's name: 株式会社, (有), カ) and their like."""

import re
from dataclasses import dataclass
from functools import cache

from identity.normalize.tables import read_table
from identity.normalize.text import is_kana


@dataclass(frozen=True, slots=True)
class LegalForm:
    """A legal form found: its code, what stands before and after it, and how it is written out.

    `full` is as the name has it where the short form could stand for several (医), or is one of
    the banks' in kana.
    """

    code: str
    before: str
    after: str
    full: str


def find_form(name: str) -> LegalForm | None:
    """The first legal form in a cleaned name, one written out before one in brackets."""
    full, short, codes = _forms()
    found = full.search(name) or short.search(name)
    if found is None:
        return None
    written = next(group for group in found.groups() if group)
    return LegalForm(
        code=codes[written],
        before=name[: found.start()].strip(),
        after=name[found.end() :].strip(),
        full=_written_out().get(written, found.group()),
    )


def without_forms(name: str) -> str:
    """The name without any legal form."""
    while (found := find_form(name)) is not None:
        name = f"{found.before} {found.after}".strip()
    return name


def is_firm(code: str) -> bool:
    """Whether the form's name may stand on either side of it."""
    return code in _firms()


@cache
def _forms() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    """Patterns for full and short legal forms, and the code of each."""
    codes: dict[str, str] = {}
    full: list[str] = []
    short: list[str] = []
    for code, names, abbreviations, _ in read_table("legal_forms.tsv"):
        full += names.split()
        short += abbreviations.split()
        codes |= dict.fromkeys((*names.split(), *abbreviations.split()), code)
    full_pattern = "|".join(sorted(full, key=len, reverse=True))
    any_short = "|".join(sorted(short, key=len, reverse=True))
    bank = "|".join(sorted(filter(is_kana, short), key=len, reverse=True))
    short_pattern = rf"\(({any_short})\)|(?:^|(?<=\s))({bank})\)|\(({bank})$"
    return re.compile(f"({full_pattern})"), re.compile(short_pattern), codes


@cache
def _firms() -> frozenset[str]:
    return frozenset(row[0] for row in read_table("legal_forms.tsv") if row[3] == "firm")


@cache
def _written_out() -> dict[str, str]:
    """Short forms that can stand for one full form only, with that form."""
    meant: dict[str, str] = {}
    for _, names, abbreviations, _ in read_table("legal_forms.tsv"):
        written = [name for name in names.split() if not is_kana(name)]
        for short in abbreviations.split():
            fitting = [name for name in written if re.search(".*".join(short), name)]
            if len(fitting) == 1:
                meant[short] = fitting[0]
    return meant

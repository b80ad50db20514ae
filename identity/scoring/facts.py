"""Comparing what is said of a party: birth date, gender, company, branch, corporate number."""

from identity.features import Features
from identity.normalize import is_placeholder_date
from identity.normalize.types import Company
from identity.scoring.comparator import NOTHING, Comparator, Outcome, alike, one_edit
from identity.scoring.names import script_of

DATE_LEVELS = ("same", "similar", "same_day_or_year", "differ")
COMPANY_LEVELS = ("same", "same_core", "same_reading", "similar", "differ")
BRANCH_LEVELS = ("same", "one_sided", "differ")
EQUAL_LEVELS = ("same", "differ")
_ALIKE = 0.92


def _birth_date(features: Features) -> str | None:
    date = features.birth_date
    return date if date and not is_placeholder_date(date) else None


def compare_dates(a: str, b: str) -> Outcome:
    """ISO dates: equal; a slip of the pen or day and month exchanged; the year or the day only."""
    return Outcome(_date_level(a, b), a, b, a if a == b else "")


def _date_level(a: str, b: str) -> str:
    if a == b:
        return "same"
    (year, *day), (other_year, *other_day) = a.split("-"), b.split("-")
    if one_edit(a, b) or (year == other_year and day == other_day[::-1]):
        return "similar"
    return "same_day_or_year" if year == other_year or day == other_day else "differ"


def compare_equal(a: str, b: str) -> Outcome:
    """Equal or not."""
    return Outcome("same" if a == b else "differ", a, b, a if a == b else "")


def _company(features: Features) -> Company | None:
    return features.company if features.company.core else None


def compare_companies(a: Company, b: Company) -> Outcome:
    """Names without legal form; two different legal forms are another legal person, perhaps."""
    return Outcome(_company_level(a, b), a.core, b.core, a.core if a.core == b.core else "")


def _company_level(a: Company, b: Company) -> str:
    if a.core == b.core or a.core + a.branch == b.core + b.branch:
        apart = a.legal_form and b.legal_form and a.legal_form != b.legal_form
        return "same_core" if apart else "same"
    if (a.kana and a.kana == b.kana) or set(a.keys) & set(b.keys):
        return "same_reading"
    if min(len(a.core), len(b.core)) >= 4 and (
        one_edit(a.core, b.core) or alike(a.core, b.core, _ALIKE)
    ):
        return "similar"
    translated = not {*map(script_of, a.core)} & {*map(script_of, b.core)}
    return "missing" if translated and not (a.kana and b.kana) else "differ"


def compare_branches(a: Company, b: Company) -> Outcome:
    """Branch offices, where at least one side names one."""
    if not a.branch and not b.branch:
        return NOTHING
    if a.core + a.branch == b.core + b.branch:
        return Outcome("same", a.branch, b.branch)
    return Outcome("differ" if a.branch and b.branch else "one_sided", a.branch, b.branch)


FACTS = {
    "birth date": Comparator(DATE_LEVELS, _birth_date, compare_dates, ("birth_date",)),
    "gender": Comparator(EQUAL_LEVELS, lambda f: f.gender or None, compare_equal, ("gender",)),
    "company": Comparator(COMPANY_LEVELS, _company, compare_companies, ("company",)),
    "branch": Comparator(BRANCH_LEVELS, _company, compare_branches, ("company",)),
    "corporate number": Comparator(
        EQUAL_LEVELS, lambda f: f.corporate_number or None, compare_equal, ("corporate_number",)
    ),
}

"""What an expert of Splink sets up for the CRM table: comparisons, blocking rules, training.

Two variants. `plain` is the set-up of Splink's own tutorials taken as far as they go. `expert`
knows this data: mailbox names are made of people's names, so they count by their frequency and
not by likeness, and a pair whose names differ without a common address is no match whatever else
it shares.
"""

from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

RULES = (
    ("email",),
    ("phone",),
    ("cust_no",),
    ("uname",),
    ("first_c", "last"),
    ("last", "dob"),
    ("first_c", "dob"),
    ("street_no", "street_nm", "postcode"),
    ("last", "postcode"),
    ("first_c", "postcode"),
    ("last", "company"),
    ("first_c", "company"),
    ("substr(first_c,1,3)", "substr(last,1,3)", "city"),
    ("street_no", "last", "city"),
    ("substr(last,1,4)", "substr(first_c,1,1)", "postcode"),
    ("last", "substr(first_c,1,2)", "city"),
)
CERTAIN = (
    ("email", "first_c"),
    ("phone", "first_c"),
    ("first_c", "last", "dob"),
    ("first_c", "last", "postcode"),
    ("cust_no", "first_c"),
)
"""Rules taken to be sure, for the prior."""

TRAINED_ON = (("email",), ("first_c", "last"), ("last", "dob"))
"""Blocks for expectation maximisation. Telephones or addresses would absorb colleagues and
families."""

VETO = "(gamma_first = 0 or gamma_last = 0) and gamma_email < 2"


def settings(*, expert: bool) -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
        comparisons=[
            _first(),
            _last(),
            _expert_email() if expert else _email(),
            _phone(),
            _birth(),
            _address(),
            _exact("cust_no"),
            _exact("company"),
        ],
        max_iterations=20,
        em_convergence=1e-3,
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=expert,
    )


def _level(sql: str, label: str) -> Any:
    return cll.CustomLevel(sql, label_for_charts=label)


def _missing(column: str, function: str = "") -> Any:
    """The level of missing values. A function named in it is computed once a pair by DuckDB."""
    sql = f'"{column}_l" IS NULL OR "{column}_r" IS NULL'
    if function:
        sql = f'{function}("{column}_l", "{column}_r") = -100 OR {sql}'
    return _level(sql, f"{column} missing").configure(is_null_level=True)


def _same(column: str, *, frequency: bool = True) -> Any:
    return cll.ExactMatchLevel(column, term_frequency_adjustments=frequency)


def _comparison(name: str, *levels: Any) -> Any:
    return cl.CustomComparison(
        output_column_name=name, comparison_levels=[*levels, cll.ElseLevel()]
    )


def _exact(column: str) -> Any:
    return _comparison(column, _missing(column), _same(column))


def _first() -> Any:
    return _comparison(
        "first",
        _missing("first", "jaro_winkler_similarity"),
        _same("first"),
        _level("first_c_l = first_c_r", "short form"),
        _level(
            "(length(first_l) = 1 or length(first_r) = 1)"
            " and substr(first_l, 1, 1) = substr(first_r, 1, 1)",
            "initial",
        ),
        cll.JaroWinklerLevel("first", 0.92),
        cll.JaroWinklerLevel("first", 0.8),
    )


def _last() -> Any:
    return _comparison(
        "last",
        _missing("last", "jaro_winkler_similarity"),
        _same("last"),
        cll.JaroWinklerLevel("last", 0.92),
        cll.JaroWinklerLevel("last", 0.8),
    )


def _email() -> Any:
    return _comparison(
        "email",
        _missing("uname"),
        _same("email"),
        _same("uname", frequency=False),
        _level("levenshtein(uname_l, uname_r) <= 1", "one letter"),
        cll.JaroWinklerLevel("uname", 0.88),
    )


def _expert_email() -> Any:
    return _comparison(
        "email",
        _missing("uname"),
        _same("email"),
        _same("uname"),
        _level("levenshtein(uname_l, uname_r) <= 1 and length(uname_l) > 8", "one letter"),
    )


def _phone() -> Any:
    return _comparison(
        "phone", _missing("phone"), _same("phone"), cll.DamerauLevenshteinLevel("phone", 1)
    )


def _birth() -> Any:
    return _comparison(
        "dob",
        _missing("dob"),
        _same("dob", frequency=False),
        _level(
            "levenshtein(dob_l, dob_r) <= 1 or (substr(dob_l, 1, 4) = substr(dob_r, 1, 4)"
            " and substr(dob_l, 6, 2) = substr(dob_r, 9, 2)"
            " and substr(dob_l, 9, 2) = substr(dob_r, 6, 2))",
            "one digit, or day and month exchanged",
        ),
        _level(
            "substr(dob_l, 1, 4) = substr(dob_r, 1, 4) or substr(dob_l, 5) = substr(dob_r, 5)",
            "year or day",
        ),
    )


def _address() -> Any:
    near = "(postcode_l = postcode_r or city_l = city_r)"
    return _comparison(
        "addr",
        _level(
            "coalesce(postcode_l, city_l) IS NULL OR coalesce(postcode_r, city_r) IS NULL"
            " or (postcode_l is null and city_r is null)"
            " or (postcode_r is null and city_l is null)",
            "missing",
        ).configure(is_null_level=True),
        _level(f"street_no_l = street_no_r and street_nm_l = street_nm_r and {near}", "same house"),
        _level(
            "street_no_l = street_no_r"
            f" and jaro_winkler_similarity(street_nm_l, street_nm_r) >= .88 and {near}",
            "similar street",
        ),
        _level("postcode_l = postcode_r", "postcode").configure(tf_adjustment_column="postcode"),
        _level("city_l = city_r", "city").configure(tf_adjustment_column="city"),
    )

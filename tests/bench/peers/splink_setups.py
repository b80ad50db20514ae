"""Splink's set-ups for the published sets, as in the examples of its documentation.

Source: docs/demos/examples/duckdb of github.com/moj-analytical-services/splink.
"""

from dataclasses import dataclass
from typing import Any

import splink.comparison_library as cl
from splink import SettingsCreator, block_on


@dataclass(frozen=True, slots=True)
class Setup:
    """`tables` are the rows of each input table, `certain` rules taken to find `recall` of all."""

    key: str
    settings: SettingsCreator
    certain: list[Any]
    recall: float
    random_pairs: float
    trained_on: list[Any]
    select: str = "*"
    tables: tuple[str, ...] = ("",)


def _frequent(comparison: Any) -> Any:
    return comparison.configure(term_frequency_adjustments=True)


HISTORICAL = Setup(
    key="unique_id",
    select="*, first_name || ' ' || surname as full_name_made",
    settings=SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"),
            block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison(
                "first_name", "surname", forename_surname_concat_col_name="full_name_made"
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            _frequent(cl.ExactMatch("birth_place")),
            _frequent(cl.ExactMatch("occupation")),
        ],
    ),
    certain=[
        block_on("first_name", "surname", "dob"),
        block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
        block_on("dob", "postcode_fake"),
    ],
    recall=0.6,
    random_pairs=1e7,
    trained_on=[block_on("first_name", "surname"), block_on("dob")],
)

FEBRL3 = Setup(
    key="rec_id",
    settings=SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"),
            block_on("given_name"),
            block_on("surname"),
            block_on("date_of_birth"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d"
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            _frequent(cl.ExactMatch("street_number")),
            _frequent(cl.ExactMatch("postcode")),
        ],
    ),
    certain=[
        block_on("soc_sec_id"),
        block_on("given_name", "surname", "date_of_birth"),
        "l.given_name = r.surname and l.surname = r.given_name"
        " and l.date_of_birth = r.date_of_birth",
    ],
    recall=0.9,
    random_pairs=1e6,
    trained_on=[block_on("date_of_birth"), block_on("postcode")],
)

FEBRL4 = Setup(
    key="rec_id",
    tables=("where file = 'a'", "where file = 'b'"),
    settings=SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        comparisons=[
            _frequent(cl.NameComparison("given_name")),
            _frequent(cl.NameComparison("surname")),
            cl.DateOfBirthComparison(
                "date_of_birth",
                input_is_string=True,
                datetime_format="%Y%m%d",
                invalid_dates_as_null=True,
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            _frequent(cl.ExactMatch("street_number")),
            _frequent(cl.DamerauLevenshteinAtThresholds("postcode", [1, 2])),
        ],
    ),
    certain=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
    recall=0.8,
    random_pairs=1e6,
    trained_on=[block_on("date_of_birth"), block_on("postcode")],
)

SETUPS = {"historical": HISTORICAL, "febrl3": FEBRL3, "febrl4": FEBRL4}

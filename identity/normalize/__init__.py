"""Brings names, companies, addresses, phones, e-mails, dates and numbers to comparable forms.

Each function takes a value as a source wrote it and returns what it says: parts, exact keys by
which equal things are equal, and loose keys that bring pairs up for comparison. All are pure
and cached; none raises on any text. What cannot be read is empty or None, never a guess.

The rooms:
    types                                    what the functions return
    text, kana, numerals                     folding of characters; kana and romaji keys
    name_table, readings, sudachi            what is known of Japanese names
    splitting, latin, furigana, persons      family and given name, in any script and order
    name_keys                                the keys by which they are found, of all readings
    legal_forms, companies                   legal form, branch and department off the core
    towns, blocks                            the town table, and what follows the town
    japanese_, western_addresses, addresses  the two ways to read an address, and the choice
    telephones, emails, dates, identifiers   one kind of value each
    tables, data/                            the tables; data/README.md names their sources

What each field can and cannot prove is the business of `identity.verdict` and of the match model:
a switchboard, info@ or a romanised name are weak evidence, a missing reading is none.
"""

from identity.normalize.addresses import address
from identity.normalize.companies import company, official_name
from identity.normalize.dates import date, is_placeholder_date
from identity.normalize.emails import email
from identity.normalize.identifiers import corporate_number, postal_code
from identity.normalize.kana import kana_key, loose_key, romaji_key, to_katakana
from identity.normalize.persons import bare_name, person_name, written_name
from identity.normalize.sudachi import use_sudachi
from identity.normalize.telephones import phones
from identity.normalize.text import clean_text, fold_lookalikes, fold_text, script_of
from identity.normalize.types import (
    Company,
    Email,
    PersonName,
    Phone,
    PhoneKind,
    PostalAddress,
    Script,
)

__all__ = [
    "Company",
    "Email",
    "PersonName",
    "Phone",
    "PhoneKind",
    "PostalAddress",
    "Script",
    "address",
    "bare_name",
    "clean_text",
    "company",
    "corporate_number",
    "date",
    "email",
    "fold_lookalikes",
    "fold_text",
    "is_placeholder_date",
    "kana_key",
    "loose_key",
    "official_name",
    "person_name",
    "phones",
    "postal_code",
    "romaji_key",
    "script_of",
    "to_katakana",
    "use_sudachi",
    "written_name",
]

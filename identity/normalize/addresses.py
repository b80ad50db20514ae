"""Normalises postal addresses: chooses between the Japanese parser and the Western fold."""

from functools import lru_cache

from daifuku.records import Address
from identity.normalize.identifiers import postal_code
from identity.normalize.japanese_addresses import japanese_address
from identity.normalize.text import clean_text, is_japanese
from identity.normalize.types import PostalAddress
from identity.normalize.western_addresses import western_address


@lru_cache(maxsize=16_384)
def address(value: Address | str) -> PostalAddress:
    """The address in parts and keys, from one line or from the parts a source gave.

    Which country's rules apply follows from the script, not from the country named: Japanese
    customers abroad write Japanese, and foreign systems romanise.
    """
    if isinstance(value, str):
        if is_japanese(value) or "〒" in value:
            return japanese_address(value)
        value = Address(text=value)
    code = postal_code(value.postal_code) or ""
    line = value.one_line()
    if value.text and value.building and value.building not in value.text:
        line = f"{line} {value.building}"
    line = clean_text(line)
    if is_japanese(line) or "〒" in line:
        return japanese_address(line, code if len(code) == 7 and code.isdigit() else "")
    if not value.text:
        parts = (value.street, value.building, value.city, value.region)
        line = ", ".join(filter(None, map(clean_text, parts)))
    if code and code.lower() not in line.lower().replace(" ", "").replace("-", ""):
        line = f"{line} {code}" if line else ""
    country = clean_text(value.country).upper()
    if not line:
        return PostalAddress(country=country, postal_code=code)
    return western_address(line, code, country)

"""Comparing how a party is reached: e-mail, telephone, address, ids, web domain."""

from identity.features import Features
from identity.normalize.types import Email, Phone, PostalAddress
from identity.scoring.comparator import NOTHING, Comparator, Outcome, alike, best, one_edit

EMAIL_LEVELS = ("same", "same_role", "same_mailbox_name", "similar", "same_domain", "differ")
PHONE_LEVELS = ("same_mobile", "same_line", "same_shared", "similar", "differ")
ADDRESS_LEVELS = (
    "same_room",
    "same_block",
    "similar",
    "other_room",
    "same_town",
    "same_city",
    "differ",
)
IDENTIFIER_LEVELS = ("same_account", "same", "differ")
DOMAIN_LEVELS = ("same", "differ")
ALIKE = 0.92
"""Jaro-Winkler similarity of the words of two Western addresses that are likely one."""
TELLING = 6
"""Characters from which a mailbox name says something of its owner."""


def compare_emails(a: tuple[Email, ...], b: tuple[Email, ...]) -> Outcome:
    """The most alike two addresses of each side."""
    pairs = [_emails(x, y) for x in a for y in b]
    return best(pairs, EMAIL_LEVELS)


def _emails(a: Email, b: Email) -> Outcome:
    term = a.domain if a.domain == b.domain and not a.free else ""
    return Outcome(_email_level(a, b), a.address, b.address, term)


def _email_level(a: Email, b: Email) -> str:
    if a.address == b.address:
        return "same_role" if a.role else "same"
    if a.role or b.role:
        return "same_domain" if a.domain == b.domain and not a.free else "missing"
    if a.local == b.local and len(a.local) >= TELLING:
        if one_edit(a.domain, b.domain):
            return "similar"
        return "same_mailbox_name" if len(digits_of(a.local)) >= 2 else "missing"
    if a.domain == b.domain and _slip(a.local, b.local):
        return "similar"
    return "same_domain" if a.domain == b.domain and not a.free else "differ"


def digits_of(text: str) -> str:
    """The digits in a text."""
    return "".join(filter(str.isdigit, text))


def _slip(a: str, b: str) -> bool:
    """One letter apart; a digit apart is another mailbox (taro1, taro2), as is a short name."""
    if min(len(a), len(b)) < TELLING or digits_of(a) != digits_of(b):
        return False
    return one_edit(a, b)


def compare_phones(a: tuple[Phone, ...], b: tuple[Phone, ...]) -> Outcome:
    """The most alike two numbers; a mobile and a landline say nothing of each other."""
    return best([_phones(x, y) for x in a for y in b], PHONE_LEVELS)


def _phones(a: Phone, b: Phone) -> Outcome:
    return Outcome(_phone_level(a, b), a.e164, b.e164)


def _phone_level(a: Phone, b: Phone) -> str:
    if a.e164 == b.e164:
        if a.extension and b.extension and a.extension != b.extension:
            return "missing"
        if a.shared_hint or b.shared_hint:
            return "same_shared"
        return "same_mobile" if a.kind == "mobile" else "same_line"
    if a.kind != b.kind or a.shared_hint or b.shared_hint:
        return "missing"
    return "similar" if len(a.e164) == len(b.e164) and one_edit(a.e164, b.e164) else "differ"


def compare_addresses(a: tuple[PostalAddress, ...], b: tuple[PostalAddress, ...]) -> Outcome:
    """The most alike two addresses of each side."""
    return best([_addresses(x, y) for x in a for y in b], ADDRESS_LEVELS)


def _addresses(a: PostalAddress, b: PostalAddress) -> Outcome:
    return Outcome(_address_level(a, b), _shown(a), _shown(b))


def _shown(address: PostalAddress) -> str:
    parts = (address.prefecture, address.city, address.town, address.block, address.room)
    return " ".join(part for part in parts if part) or address.key


def _address_level(a: PostalAddress, b: PostalAddress) -> str:
    if a.key and a.key == b.key and min(a.level, b.level) >= 4:
        return "same_room" if a.room else "same_block"
    if not _agree(a.country, b.country) or not _agree(a.prefecture, b.prefecture):
        return "differ"
    if not a.city and not b.city:
        return _by_words(a, b)
    if min(a.level, b.level) >= 3:
        return _within_city(a, b)
    if a.city and b.city:
        return "missing" if a.city == b.city else "differ"
    return "missing"


def _by_words(a: PostalAddress, b: PostalAddress) -> str:
    """Western addresses, which have words, a number and perhaps a postal code, but no town."""
    if a.town_key and a.town_key == b.town_key:
        if a.room and b.room:
            return "same_room" if a.room == b.room else "other_room"
        return "same_block"
    if min(a.level, b.level) < 4:
        return "missing"
    if a.block == b.block and alike(a.key, b.key, ALIKE):
        return "similar"
    return "same_town" if a.postal_code and a.postal_code == b.postal_code else "differ"


def _within_city(a: PostalAddress, b: PostalAddress) -> str:
    town = a.town_key == b.town_key or (a.city, a.town) == (b.city, b.town)
    if town and a.block and a.block == b.block:
        if a.room and b.room:
            return "same_room" if a.room == b.room else "other_room"
        return "same_block"
    if a.block and b.block:
        near = one_edit(a.block, b.block) if town else _same_place(a, b) and a.block == b.block
        if near and max(len(a.block), len(b.block)) >= 4:
            return "similar"
    if not a.block or not b.block:
        return "missing" if town else ("same_city" if a.city == b.city else "differ")
    if town:
        return "same_town"
    return "same_city" if a.city == b.city else "differ"


def _same_place(a: PostalAddress, b: PostalAddress) -> bool:
    """Towns a letter apart, or another town under one postal code."""
    if a.postal_code and a.postal_code == b.postal_code:
        return True
    return a.city == b.city and max(len(a.town), len(b.town)) >= 3 and one_edit(a.town, b.town)


def _agree(a: str, b: str) -> bool:
    return not a or not b or a == b


ACCOUNTS = ("user_id", "member_id", "account_id")
"""How the schemes end whose ids are an account of one person."""
Identifiers = tuple[tuple[str, str], ...]


def compare_identifiers(a: Identifiers, b: Identifiers) -> Outcome:
    """Ids of one issuer: equal ones speak for, different ones against.

    Schemes named `..._user_id`, `..._member_id` or `..._account_id` are an account of one
    person; others, such as a customer number, a family or a company may share.
    """
    shared = sorted(set(a) & set(b))
    if shared:
        own = [item for item in shared if item[0].endswith(ACCOUNTS)]
        shown = ":".join((own or shared)[0])
        return Outcome("same_account" if own else "same", shown, shown)
    left, right = dict(a), dict(b)
    schemes = sorted(set(left) & set(right))
    if not schemes:
        return NOTHING
    scheme = schemes[0]
    return Outcome("differ", f"{scheme}:{left[scheme]}", f"{scheme}:{right[scheme]}")


def _domains(features: Features) -> tuple[str, ...] | None:
    mail = {email.domain for email in features.emails if not email.free}
    return tuple(sorted(mail | ({features.website} - {""}))) or None


def compare_domains(a: tuple[str, ...], b: tuple[str, ...]) -> Outcome:
    """The domains an organisation writes from and is found at; consumer providers left out."""
    shared = sorted(set(a) & set(b))
    if shared:
        return Outcome("same", shared[0], shared[0], shared[0])
    return Outcome("differ", a[0], b[0])


CONTACTS = {
    "email": Comparator(EMAIL_LEVELS, lambda f: f.emails or None, compare_emails, ("emails",)),
    "phone": Comparator(PHONE_LEVELS, lambda f: f.phones or None, compare_phones, ("phones",)),
    "address": Comparator(
        ADDRESS_LEVELS, lambda f: f.addresses or None, compare_addresses, ("addresses",)
    ),
    "identifier": Comparator(
        IDENTIFIER_LEVELS, lambda f: f.identifiers or None, compare_identifiers, ("identifiers",)
    ),
    "web domain": Comparator(DOMAIN_LEVELS, _domains, compare_domains, ("emails", "website")),
}

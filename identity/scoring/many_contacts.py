"""Comparing many e-mails, telephones, addresses and ids at once, as `scoring.contacts` does."""

from collections.abc import Sequence

import numpy as np

from identity.kernel import Texts, jaro_winkler, osa
from identity.normalize.types import Email, Phone, PostalAddress
from identity.scoring.comparator import Comparator
from identity.scoring.contacts import (
    ACCOUNTS,
    ADDRESS_LEVELS,
    ALIKE,
    EMAIL_LEVELS,
    IDENTIFIER_LEVELS,
    PHONE_LEVELS,
    TELLING,
    digits_of,
)
from identity.scoring.many import (
    NONE,
    Flags,
    Levels,
    OneByOne,
    Outcomes,
    Places,
    first_that_holds,
    flags,
    numbered,
)

_EMAIL, _PHONE, _ADDRESS, _IDENTIFIER = (
    {name: place for place, name in enumerate(levels)}
    for levels in (EMAIL_LEVELS, PHONE_LEVELS, ADDRESS_LEVELS, IDENTIFIER_LEVELS)
)


class Column:
    """Texts of elements, to be asked whether those of two are equal, or one edit apart."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.numbers, self._distinct = numbered(texts)
        self.known = flags(texts)
        self.sizes = np.fromiter(map(len, texts), np.int64, len(texts))
        self._texts = Texts.of(self._distinct)

    def equal(self, a: Places, b: Places) -> Flags:
        """Whether they are equal, empty or not."""
        same: Flags = self.numbers[a] == self.numbers[b]
        return same

    def agree(self, a: Places, b: Places) -> Flags:
        """Whether they are equal, or one of them is empty."""
        return self.equal(a, b) | ~self.known[a] | ~self.known[b]

    def one_edit(self, a: Places, b: Places, among: Flags) -> Flags:
        """Which pairs of those `among` are at most one edit apart."""
        found = np.zeros(len(a), np.bool_)
        asked = np.flatnonzero(among & (np.abs(self.sizes[a] - self.sizes[b]) <= 1))
        if len(asked):
            found[asked] = osa(
                self._texts,
                self.numbers[a[asked]].astype(np.int32),
                self.numbers[b[asked]].astype(np.int32),
                1,
            )
        return found

    def alike(self, a: Places, b: Places, at_least: float, among: Flags) -> Flags:
        """Which pairs of those `among` have that Jaro-Winkler similarity."""
        found = np.zeros(len(a), np.bool_)
        asked = np.flatnonzero(among)
        if len(asked):
            found[asked] = jaro_winkler(
                self._texts,
                self.numbers[a[asked]].astype(np.int32),
                self.numbers[b[asked]].astype(np.int32),
                at_least,
            )
        return found


class Emails:
    """E-mail addresses, many pairs at once."""

    def __init__(self, emails: Sequence[Email]) -> None:
        self._address = Column([e.address for e in emails])
        self._local = Column([e.local for e in emails])
        self._domain = Column([e.domain for e in emails])
        digits = [digits_of(e.local) for e in emails]
        self._digits = Column(digits)
        self._numbered = flags([len(text) >= 2 for text in digits])
        self._role = flags([e.role for e in emails])
        self._free = flags([e.free for e in emails])

    def __call__(self, a: Places, b: Places) -> Levels:
        same, local = self._address.equal(a, b), self._local.equal(a, b)
        domain = self._domain.equal(a, b)
        role = self._role[a] | self._role[b]
        long = np.minimum(self._local.sizes[a], self._local.sizes[b]) >= TELLING
        elsewhere = local & long & ~same & ~role
        slipped = domain & long & self._digits.equal(a, b) & ~same & ~role & ~local
        return first_that_holds(
            len(a),
            (
                (same & self._role[a], _EMAIL["same_role"]),
                (same, _EMAIL["same"]),
                (role & domain & ~self._free[a], _EMAIL["same_domain"]),
                (role, NONE),
                (self._domain.one_edit(a, b, elsewhere), _EMAIL["similar"]),
                (elsewhere & self._numbered[a], _EMAIL["same_mailbox_name"]),
                (elsewhere, NONE),
                (self._local.one_edit(a, b, slipped), _EMAIL["similar"]),
                (domain & ~self._free[a], _EMAIL["same_domain"]),
            ),
            _EMAIL["differ"],
        )


class Phones:
    """Telephone numbers, many pairs at once."""

    def __init__(self, phones: Sequence[Phone]) -> None:
        self._number = Column([p.e164 for p in phones])
        self._extension = Column([p.extension for p in phones])
        self._kind = Column([p.kind for p in phones])
        self._mobile = flags([p.kind == "mobile" for p in phones])
        self._shared = flags([p.shared_hint for p in phones])

    def __call__(self, a: Places, b: Places) -> Levels:
        same = self._number.equal(a, b)
        shared = self._shared[a] | self._shared[b]
        apart = ~same & (shared | ~self._kind.equal(a, b))
        near = ~same & ~apart & (self._number.sizes[a] == self._number.sizes[b])
        return first_that_holds(
            len(a),
            (
                (same & ~self._extension.agree(a, b), NONE),
                (same & shared, _PHONE["same_shared"]),
                (same & self._mobile[a], _PHONE["same_mobile"]),
                (same, _PHONE["same_line"]),
                (apart, NONE),
                (self._number.one_edit(a, b, near), _PHONE["similar"]),
            ),
            _PHONE["differ"],
        )


class Addresses:
    """Postal addresses, many pairs at once."""

    def __init__(self, addresses: Sequence[PostalAddress]) -> None:
        self._key = Column([a.key for a in addresses])
        self._country = Column([a.country for a in addresses])
        self._prefecture = Column([a.prefecture for a in addresses])
        self._city = Column([a.city for a in addresses])
        self._town = Column([a.town for a in addresses])
        self._town_key = Column([a.town_key for a in addresses])
        self._block = Column([a.block for a in addresses])
        self._room = Column([a.room for a in addresses])
        self._postal_code = Column([a.postal_code for a in addresses])
        self._level = np.asarray([a.level for a in addresses], np.int8)

    def __call__(self, a: Places, b: Places) -> Levels:
        least = np.minimum(self._level[a], self._level[b])
        same = self._key.equal(a, b) & self._key.known[a] & (least >= 4)
        agree = self._country.agree(a, b) & self._prefecture.agree(a, b)
        western = ~self._city.known[a] & ~self._city.known[b]
        coarse = least < 3
        cities = self._city.known[a] & self._city.known[b]
        same_city = self._city.equal(a, b)
        levels = first_that_holds(
            len(a),
            (
                (same & self._room.known[a], _ADDRESS["same_room"]),
                (same, _ADDRESS["same_block"]),
                (~agree, _ADDRESS["differ"]),
                (coarse & cities & ~same_city, _ADDRESS["differ"]),
                (coarse, NONE),
            ),
            NONE,
        )
        within = np.flatnonzero(~same & agree & ~coarse & ~western)
        levels[within] = self._within_city(a[within], b[within])
        words = np.flatnonzero(~same & agree & western)
        levels[words] = self._by_words(a[words], b[words])
        return levels

    def _by_words(self, a: Places, b: Places) -> Levels:
        place = self._town_key.known[a] & self._town_key.equal(a, b)
        rooms = self._room.known[a] & self._room.known[b]
        read = np.minimum(self._level[a], self._level[b]) >= 4
        code = self._postal_code.known[a] & self._postal_code.equal(a, b)
        near = self._key.alike(a, b, ALIKE, ~place & read & self._block.equal(a, b))
        return first_that_holds(
            len(a),
            (
                (place & rooms & self._room.equal(a, b), _ADDRESS["same_room"]),
                (place & rooms, _ADDRESS["other_room"]),
                (place, _ADDRESS["same_block"]),
                (~read, NONE),
                (near, _ADDRESS["similar"]),
                (code, _ADDRESS["same_town"]),
            ),
            _ADDRESS["differ"],
        )

    def _within_city(self, a: Places, b: Places) -> Levels:
        same_city = self._city.equal(a, b)
        town = self._town_key.equal(a, b) | (same_city & self._town.equal(a, b))
        blocks = self._block.known[a] & self._block.known[b]
        same_block = blocks & self._block.equal(a, b)
        rooms = self._room.known[a] & self._room.known[b]
        inside = np.where(same_city, _ADDRESS["same_city"], _ADDRESS["differ"]).astype(np.int8)
        long = np.maximum(self._block.sizes[a], self._block.sizes[b]) >= 4
        near = self._block.one_edit(a, b, blocks & town & long)
        near |= self._same_place(a, b, same_block & ~town & long)
        levels = first_that_holds(
            len(a),
            (
                (town & same_block & rooms & self._room.equal(a, b), _ADDRESS["same_room"]),
                (town & same_block & rooms, _ADDRESS["other_room"]),
                (town & same_block, _ADDRESS["same_block"]),
                (near, _ADDRESS["similar"]),
                (~blocks & town, NONE),
                (town, _ADDRESS["same_town"]),
            ),
            _ADDRESS["differ"],
        )
        elsewhere = ~town & ~near
        levels[elsewhere] = inside[elsewhere]
        return levels

    def _same_place(self, a: Places, b: Places, among: Flags) -> Flags:
        code = self._postal_code.known[a] & self._postal_code.equal(a, b)
        long = np.maximum(self._town.sizes[a], self._town.sizes[b]) >= 3
        near = self._town.one_edit(a, b, among & ~code & self._city.equal(a, b) & long)
        return among & (code | near)


class Identifiers:
    """Ids, many pairs at once; the few records with several are asked one by one."""

    def __init__(
        self, comparator: Comparator, values: Sequence[tuple[tuple[str, str], ...]]
    ) -> None:
        self._several = flags([len(value) > 1 for value in values])
        self._value = numbered(values)[0]
        self._scheme = numbered([value[0][0] for value in values])[0]
        self._account = flags([value[0][0].endswith(ACCOUNTS) for value in values])
        self._one_by_one = OneByOne(comparator, values)

    def __call__(self, a: Places, b: Places) -> Outcomes:
        same = self._value[a] == self._value[b]
        levels = first_that_holds(
            len(a),
            (
                (same & self._account[a], _IDENTIFIER["same_account"]),
                (same, _IDENTIFIER["same"]),
                (self._scheme[a] == self._scheme[b], _IDENTIFIER["differ"]),
            ),
            NONE,
        )
        rest = np.flatnonzero(self._several[a] | self._several[b])
        if len(rest):
            levels[rest] = self._one_by_one(a[rest], b[rest]).levels
        return Outcomes(levels)

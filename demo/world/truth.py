"""Who each mapped record truly is: the yardstick of precision and recall.

A record is found by its key where the source gives ids of its own. The sender of a mail has none
(the hub knows it by address and signature): it is found by its address and what it says.
"""

import unicodedata
from collections.abc import Callable, Iterator
from hashlib import blake2b

from daifuku.records import MappedRecord, RecordKey
from demo.world.documents import LINE, MAIL, Said
from demo.world.mapped import told
from demo.world.world import World

_AMBIGUOUS = ""
_HONORIFICS = ("様", "さま", "御中")


class Truth:
    """Answers which entity a record stands for. Holds about 200 bytes a record."""

    def __init__(self) -> None:
        self._by_hook: dict[int, str] = {}

    def learn(self, record: MappedRecord, truth: str) -> None:
        """Remember that a record like this stands for `truth`."""
        for hook in _hooks(record.key, record):
            known = self._by_hook.setdefault(hook, truth)
            if known != truth:
                self._by_hook[hook] = _AMBIGUOUS

    def truth_of(self, key: RecordKey, record: MappedRecord) -> str | None:
        """The id of the real person or organisation, None where the world knows of no such record.

        The most telling hook decides; one that several entities share (the name on a
        household's mailbox) says nothing.
        """
        for hook in _hooks(key, record):
            found = self._by_hook.get(hook)
            if found:
                return found
        return None


def truth(world: World) -> Truth:
    """Every record with the real person or organisation behind it."""
    return _learn(world, lambda said: said.truth)


def evident_truth(world: World) -> Truth:
    """The same, but an entity whose records fall apart into groups that share no evidence is one
    entity per group. Recall against this truth asks only for what could be known at all."""
    groups = _Groups()
    for _, said in told(world):
        groups.join([_digest(said.truth, evidence) for evidence in said.evidence])
    return _learn(world, lambda said: _group_id(groups, said))


def _learn(world: World, name: Callable[[Said], str]) -> Truth:
    index = Truth()
    for record, said in told(world):
        index.learn(record, name(said))
    return index


def _group_id(groups: "_Groups", said: Said) -> str:
    if not said.evidence:
        return f"{said.truth}/none"
    return f"{said.truth}/{groups.find(_digest(said.truth, said.evidence[0])):x}"


def _hooks(key: RecordKey, record: MappedRecord) -> Iterator[int]:
    """What a record can be found by, the most telling first."""
    source, entity = key.source, record.entity.value
    if source != MAIL:
        yield _digest(source, key.stream, key.external_id, key.part)
        yield _digest(source, key.stream, key.external_id, entity)
    if source == LINE:
        users = (item.value for item in record.identifiers if item.scheme == "line_user_id")
        yield from (_digest(source, user) for user in users)
    if source == MAIL:
        sender = key.external_id.partition("|")[0]
        emails = sorted({_folded(email) for email in (*record.emails, sender) if email})
        phones = sorted({_folded(phone) for phone in record.phones})
        for name in _names(record):
            yield from (_digest(source, entity, email, name) for email in emails)
            yield from (_digest(source, entity, phone, name) for phone in phones)
        yield from (_digest(source, entity, email) for email in emails)


def _names(record: MappedRecord) -> Iterator[str]:
    parts = (record.family_name or "") + (record.given_name or "")
    for written in (record.name, parts, record.display_name):
        name = _folded(written or "")
        for honorific in _HONORIFICS:
            name = name.removesuffix(honorific)
        if name:
            yield name


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _digest(*parts: str) -> int:
    body = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(body, digest_size=8).digest(), "big")


class _Groups:
    """Union-find over evidence."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def find(self, item: int) -> int:
        root = item
        while (above := self._parent.get(root, root)) != root:
            root = above
        while item != root:
            item, self._parent[item] = self._parent[item], root
        return root

    def join(self, items: list[int]) -> None:
        for item in items:
            self._parent.setdefault(item, item)
        for item in items[1:]:
            first, second = sorted((self.find(items[0]), self.find(item)))
            self._parent[second] = first

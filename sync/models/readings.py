"""A match model of persons that has learned how the hub's own customers read their names."""

from dataclasses import replace

from daifuku.errors import UserError
from daifuku.records import Entity
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.current import records_of
from identity.model.types import Model
from identity.model.version import with_version
from identity.normalize.learned import ReadingTable
from identity.readings import AT_LEAST, learn_readings
from sync.models.documents import Document, Kind
from sync.models.force import document, version_in_force


def learned(tx: Transaction, *, at_least: int = AT_LEAST) -> tuple[Document, ReadingTable]:
    """The model in force with the readings that its records state, and these readings.

    It is a version of its own, to be added, tried and applied like any other.

    Raises:
        UserError: no record states a reading, or what is stated is known already.
    """
    base = document(tx, version_in_force(tx, Kind.PERSON))
    table = learn_readings(records_of(tx, Entity.PERSON), at_least=at_least)
    if not isinstance(base.content, Model) or not table.version:
        raise UserError(
            "No reading can be learned: too few records have a name in both kanji and kana.",
            hint="Map furigana to name_kana, or family_kana and given_kana.",
        )
    if table == base.content.readings:
        raise UserError("The model in force knows these readings.", hint="There is nothing to do.")
    stated = base.version.partition("+")[0]
    return Document(base.text, with_version(replace(base.content, readings=table), stated)), table

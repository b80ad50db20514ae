"""Training and measuring models on what the store holds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from daifuku.records import Decision, Entity, RecordKey
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution import decisions
from identity.encoded import Encoded, Encoder
from identity.measure.quality import Candidates, calibration
from identity.model.types import Model
from identity.model.version import with_version
from identity.model.write import dump_model
from identity.training import train
from identity.training.labels import with_labels
from sync.models.documents import Document, read
from sync.models.rebuild import Progress, records_of

_MANY = 1_000


def encoded(tx: Transaction, entity: Entity, progress: Progress) -> Encoded:
    """The features of all resolved records of an entity."""
    encoder = Encoder(entity)
    for number, (_, value) in enumerate(records_of(tx, entity), 1):
        encoder.append(value)
        if number % _MANY == 0:
            progress("reading records", number, None)
    return encoder.encoded()


def labels(tx: Transaction) -> list[Decision]:
    """What stewards say of pairs of records, the last word on each."""
    return decisions.in_force(tx)


def trained(
    records: Encoded,
    model: Model,
    stated: str,
    *,
    truth: Mapping[RecordKey, str] | None = None,
    said: Sequence[Decision] = (),
) -> Document:
    """A model fitted to these records and calibrated, as a document of version `stated`.

    Without labels its calibration follows what clustering makes of pairs. `said` draws m to the
    pairs that are the same; with `truth` the calibration follows that.
    """
    place = {key: record for record, key in enumerate(records.keys)}
    values = [records.features(int(record)) for record in records.first.tolist()]
    same = [
        (records.features(place[label.a]), records.features(place[label.b]))
        for label in said
        if label.same and label.a in place and label.b in place
    ]
    found = with_labels(replace(train(values, model), calibration=None), same)
    found = replace(found, calibration=calibration(Candidates(records, found), truth))
    return as_document(with_version(found, stated))


def as_document(model: Model) -> Document:
    """A model as the document that describes it."""
    return read(dump_model(model).text, model.version)

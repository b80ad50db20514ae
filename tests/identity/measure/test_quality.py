"""Measuring a model against the truth, and against what stewards said."""

import numpy as np

from daifuku.records import Decision, RecordKey
from identity.encoded import Encoded, Encoder
from identity.measure.quality import Candidates, calibration, measure, measure_labels
from identity.resolve import resolve
from identity.training.labels import with_labels
from tests.support.parties import person_model, random_people


def encoded(count: int = 40) -> Encoded:
    model = person_model()
    encoder = Encoder(model.entity)
    for value in random_people(count, 1):
        encoder.append(value)
    return encoder.encoded()


def clusters(count: int = 40) -> dict[RecordKey, str]:
    """What the model itself makes of the records, as if it were the truth."""
    found = resolve(random_people(count, 1)).clusters
    return {key: str(number) for number, one in enumerate(found) for key in one.members}


def test_what_the_model_says_is_right_where_it_is_the_truth() -> None:
    quality = measure(Candidates(encoded(), person_model()), clusters())
    assert (quality.evaluation.f1, quality.evaluation.bcubed_f1) == (1, 1)
    assert not quality.joined
    assert not quality.missed
    assert quality.judged == 40


def test_errors_are_named_the_surest_first() -> None:
    records, model = encoded(), person_model()
    found = Candidates(records, model)
    alone = {key: str(number) for number, key in enumerate(records.keys)}
    quality = measure(found, alone)
    assert quality.evaluation.precision == 0
    a, b = np.asarray(quality.joined).T
    assert (np.diff(found.weigh(a, b)) <= 0).all()
    one = dict.fromkeys(records.keys, "all")
    assert measure(found, one).evaluation.precision == 1
    assert measure(found, one).missed


def test_labels_are_measured_as_pairs_decisions_aside() -> None:
    records, model = encoded(), person_model()
    groups: dict[str, list[RecordKey]] = {}
    for key, entity in clusters().items():
        groups.setdefault(entity, []).append(key)
    together = next(group for group in groups.values() if group[1:])
    apart = [group[0] for group in groups.values()][:2]
    labels = [
        Decision(together[0], together[1], same=True),
        Decision(apart[0], apart[1], same=True),
        Decision(together[0], RecordKey("gone", "", "1"), same=True),
    ]
    quality = measure_labels(Candidates(records, model), labels)
    assert (quality.judged, quality.evaluation.precision, quality.evaluation.recall) == (2, 1, 0.5)
    assert len(quality.missed) == 1


def test_labels_draw_m_to_how_the_pairs_compare() -> None:
    model = person_model()
    pairs = list(zip(random_people(20, 1), random_people(20, 1), strict=True))
    drawn = with_labels(model, pairs)
    assert drawn.version != model.version
    before, after = (
        next(spec for spec in one.comparisons if spec.name == "given name").levels[0]
        for one in (model, drawn)
    )
    assert after.m > before.m
    assert with_labels(model, []) is model


def test_without_labels_clusters_calibrate() -> None:
    found = Candidates(encoded(60), person_model())
    known = calibration(found)
    assert known is not None
    assert known.of(30.0) > known.of(-30.0)

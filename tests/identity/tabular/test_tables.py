"""Tables, from columns to clusters; the readable waterfall of one pair is the oracle."""

from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daifuku.errors import ModelError
from identity.measure.evaluate import evaluate_labels
from identity.model.types import Model
from identity.scoring.score import ONE_PER_SOURCE
from identity.tabular.explain import explain_pair
from identity.tabular.prepared import prepare
from identity.tabular.resolve import components_at, resolve_table
from identity.tabular.scores import Scorer
from identity.training import train_prepared, train_table
from identity.training.tables import Labels
from tests.support.tables import people, untrained


@cache
def world() -> pa.Table:
    return people(400, seed=1)


@cache
def trained() -> Model:
    return train_table(world(), untrained(), random_pairs=100_000)


def weights(table: pa.Table, model: Model) -> dict[tuple[int, int], float]:
    """The match weight of every pair of rows, all at once."""
    ready = prepare(table, model)
    pairs = list(combinations(range(table.num_rows), 2))
    first, second = (np.asarray(side, np.int32) for side in zip(*pairs, strict=True))
    found = Scorer(ready, model).compare(first, second).weights.tolist()
    places = [(int(ready.order[a]), int(ready.order[b])) for a, b in pairs]
    return dict(zip(places, found, strict=True))


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6))
def test_many_pairs_at_once_weigh_exactly_what_each_weighs_alone(seed: int) -> None:
    table = people(10, seed)
    for (a, b), weight in weights(table, trained()).items():
        assert explain_pair(table, a, b, trained()).weight == weight


def test_the_waterfall_sums_to_the_weight_whichever_row_comes_first() -> None:
    for a, b in combinations(range(12), 2):
        score = explain_pair(world(), a, b, trained())
        assert score.prior_weight + sum(c.weight for c in score.comparisons) == score.weight
        turned = explain_pair(world(), b, a, trained())
        assert (turned.weight, turned.pair) == (score.weight, score.pair)


def test_training_finds_most_of_the_people_without_labels() -> None:
    found = resolve_table(world(), trained())
    truth = np.asarray(world()["who"].to_pylist())
    quality = evaluate_labels(found.labels, truth)
    assert quality.precision > 0.98
    assert quality.recall > 0.6


def test_the_order_of_rows_does_not_matter() -> None:
    order = np.random.default_rng(0).permutation(world().num_rows)
    shuffled = world().take(pa.array(order))
    assert train_table(shuffled, untrained(), random_pairs=100_000).version == trained().version
    straight, turned = (resolve_table(table, trained()) for table in (world(), shuffled))
    assert np.array_equal(order[turned.labels], straight.labels[order])
    links = set(zip(straight.first.tolist(), straight.second.tolist(), strict=True))
    pairs = zip(order[turned.first].tolist(), order[turned.second].tolist(), strict=True)
    assert {(min(p), max(p)) for p in pairs} == {(min(p), max(p)) for p in links}


def test_labels_name_the_first_row_of_each_cluster() -> None:
    labels = resolve_table(world(), trained()).labels
    assert (labels[labels] == labels).all()
    assert (labels <= np.arange(len(labels))).all()


def test_connected_components_hold_at_least_what_clusters_hold() -> None:
    ready = prepare(world(), trained())
    whole = components_at(ready, trained(), trained().match_weight).labels
    parts = resolve_table(world(), trained()).labels
    assert (whole[parts] == whole).all()


def copies(count: int) -> pa.Table:
    """One row so often, with everything known."""
    row = {"first": "maria", "last": "smith", "born": "1970-01-15", "city": "a", "phone": "123456"}
    return pa.Table.from_pylist([row | {"id": f"{n:03}"} for n in range(count)])


def test_equal_rows_are_one_however_many() -> None:
    assert set(resolve_table(copies(90), trained()).labels.tolist()) == {0}


def test_a_component_of_too_many_different_rows_keeps_its_stronger_links() -> None:
    rows = [row | {"city": f"city {n}"} for n, row in enumerate(copies(90).to_pylist())]
    labels = resolve_table(pa.Table.from_pylist(rows), trained()).labels
    assert np.bincount(labels).max() <= trained().clustering.max_size


def test_rows_of_a_source_with_each_entity_once_are_held_apart() -> None:
    table = world().append_column("source", pa.array(["crm"] * world().num_rows))
    once = replace(trained(), source="source", one_per_source={"crm": 100.0})
    assert len(set(resolve_table(table, once).labels.tolist())) == table.num_rows
    assert explain_pair(table, 0, 1, once).comparisons[-1].field == ONE_PER_SOURCE
    pairs = weights(table.slice(0, 10), once)
    assert all(explain_pair(table, a, b, once).weight == w for (a, b), w in pairs.items())


def test_a_table_without_rows_or_matches_resolves_to_itself() -> None:
    for count in (0, 1):
        assert resolve_table(world().slice(0, count), trained()).labels.tolist() == [0] * count
    assert train_table(world().slice(0, 1), untrained()).trained is False


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ModelError, match="no column 'born'"):
        resolve_table(world().drop_columns(["born"]), trained())


def test_numbers_and_dates_are_compared_as_texts() -> None:
    years = pa.array([int(year[:4]) if year else None for year in world()["born"].to_pylist()])
    table = world().set_column(world().column_names.index("born"), "born", years)
    assert resolve_table(table, trained()).labels.shape == (400,)


def test_pairs_that_people_judged_take_part_with_what_they_said() -> None:
    ready = prepare(world(), untrained())
    a, b = ready.first[:150], ready.second[:150]
    for said in (True, False):
        labels = Labels(a, b, np.full(len(a), said))
        model = train_prepared(ready, untrained(), labels=labels, random_pairs=100_000)
        assert (model.prior > trained().prior) is said
    turned = Labels(b[::-1], a[::-1], np.full(len(a), said))
    again = train_prepared(ready, untrained(), labels=turned, random_pairs=100_000)
    assert again.version == model.version


def test_a_pair_that_is_no_candidate_can_be_judged() -> None:
    candidates = set(zip(*(side.tolist() for side in _candidates()), strict=True))
    strangers = next(pair for pair in combinations(range(50), 2) if pair not in candidates)
    first, second = (np.full(30, row) for row in strangers)
    labels = Labels(first, second, np.ones(30, np.bool_))
    model = train_table(world(), untrained(), labels=labels, random_pairs=100_000)
    assert model.prior > trained().prior


def _candidates() -> tuple[np.ndarray, np.ndarray]:
    ready = prepare(world(), untrained())
    return ready.first, ready.second

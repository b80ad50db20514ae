import numpy as np
import pytest

from identity.training.mixture import Counted, fit_mixture

WIDTHS = (3, 2, 2)
SAME = [np.asarray([0.8, 0.15, 0.05]), np.asarray([0.9, 0.1]), np.asarray([0.85, 0.15])]
COLLEAGUES = [np.asarray([0.02, 0.03, 0.95]), np.asarray([0.97, 0.03]), np.asarray([0.1, 0.9])]
STRANGERS = [np.asarray([0.01, 0.02, 0.97]), np.asarray([0.02, 0.98]), np.asarray([0.05, 0.95])]
STARTS = (
    [np.asarray([0.75, 0.15, 0.1]), np.asarray([0.85, 0.15]), np.asarray([0.85, 0.15])],
    [np.asarray([0.02, 0.03, 0.95]), np.asarray([0.9, 0.1]), np.asarray([0.05, 0.95])],
)


def drawn(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The levels of 20,000 matches, 30,000 colleagues and 50,000 strangers, and the class."""
    chance = np.random.default_rng(seed)
    real = np.repeat([0, 1, 2], [20_000, 30_000, 50_000])
    levels = np.empty((3, len(real)), np.uint8)
    for j, shares in enumerate((SAME, COLLEAGUES, STRANGERS)):
        for k, width in enumerate(WIDTHS):
            levels[k, real == j] = chance.choice(width, (real == j).sum(), p=shares[k])
    levels[1, chance.random(len(real)) < 0.2] = 255
    return levels, real


def counted(levels: np.ndarray, open_: np.ndarray | None = None) -> Counted:
    patterns, places = np.unique(levels, axis=1, return_inverse=True)
    kept = places.ravel()[open_] if open_ is not None else places.ravel()
    counts = np.bincount(kept, minlength=patterns.shape[1]).astype(np.float64)
    return Counted(patterns, counts, np.zeros_like(counts), np.zeros_like(counts))


def test_it_finds_the_classes_that_made_the_pairs() -> None:
    found = fit_mixture(counted(drawn()[0]), STARTS, STRANGERS, 50_000, 0.3)
    assert found.sizes[0] == pytest.approx(20_000, rel=0.07)
    assert found.sizes[1] == pytest.approx(30_000, rel=0.1)
    for k in range(3):
        assert found.shares[0][k] == pytest.approx(SAME[k], abs=0.06)
        assert found.shares[1][k] == pytest.approx(COLLEAGUES[k], abs=0.06)


def test_it_says_how_likely_each_pattern_is_of_each_class() -> None:
    patterns = counted(drawn()[0])
    likely = fit_mixture(patterns, STARTS, STRANGERS, 50_000, 0.3).likely
    assert likely.sum(axis=1) == pytest.approx(1)
    agree = (patterns.patterns == 0).all(axis=0)
    differ = (patterns.patterns[0] == 2) & (patterns.patterns[1] == 1)
    assert likely[agree, 0].min() > 0.9
    assert likely[differ, -1].min() > 0.5


def test_pairs_that_were_judged_count_for_what_they_were_said_to_be() -> None:
    levels, _ = drawn()
    base = counted(levels)
    first_differs = (base.patterns == np.asarray([[2], [0], [1]])).all(axis=0)
    told = Counted(base.patterns, base.open, first_differs * 5_000.0, np.zeros_like(base.open))
    untold = fit_mixture(base, STARTS, STRANGERS, 50_000, 0.3)
    found = fit_mixture(told, STARTS, STRANGERS, 50_000, 0.3)
    assert found.sizes[0] > untold.sizes[0] + 4_000
    assert found.shares[0][0][2] > untold.shares[0][0][2] + 0.1
    against = Counted(base.patterns, base.open, np.zeros_like(base.open), first_differs * 5_000.0)
    assert fit_mixture(against, STARTS, STRANGERS, 50_000, 0.3).sizes[1] > untold.sizes[1] + 3_000


def test_the_same_counts_give_the_same_numbers() -> None:
    one, two = (fit_mixture(counted(drawn()[0]), STARTS, STRANGERS, 50_000, 0.3) for _ in "12")
    assert one.sizes.tolist() == two.sizes.tolist()
    assert one.likely.tolist() == two.likely.tolist()

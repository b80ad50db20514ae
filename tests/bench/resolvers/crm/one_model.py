"""Splink's trained model as one of ours: plain Fellegi-Sunter with term frequencies."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from identity.model.frequencies import Frequencies
from identity.model.load import load_model
from identity.model.types import ComparisonSpec, Model
from identity.tabular.frequencies import count_columns
from identity.tabular.prepared import Prepared

OUTLINE = Path("tests/bench/models/splink.yaml")
_UNSEEN = 1e-7
"""For a level that Splink saw too seldom to give it a probability."""


def complete(path: Path) -> None:
    """Give the levels of a saved Splink model that were never seen a small probability."""
    settings = json.loads(path.read_text())
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                level.setdefault("m_probability", _UNSEEN)
                level.setdefault("u_probability", _UNSEEN)
    path.write_text(json.dumps(settings))


def translate(path: Path) -> Model:
    """The saved Splink model in our terms, its frequencies still to be counted."""
    settings = json.loads(path.read_text())
    outline = load_model(OUTLINE)
    pairs = zip(outline.comparisons, settings["comparisons"], strict=True)
    return replace(
        outline,
        prior=settings["probability_two_random_records_match"],
        comparisons=tuple(_comparison(spec, given) for spec, given in pairs),
    )


def with_frequencies(model: Model, ready: Prepared) -> Model:
    """The model with the frequencies of this table.

    Splink weighs an agreement with term frequency by m / frequency. So do we where u is what the
    table of frequencies takes for typical.
    """
    tables = count_columns(ready.columns, model)
    comparisons = tuple(_typical(spec, tables) for spec in model.comparisons)
    return replace(model, frequencies=tables, comparisons=comparisons)


def _comparison(spec: ComparisonSpec, given: Mapping[str, Any]) -> ComparisonSpec:
    told = [level for level in given["comparison_levels"] if not level.get("is_null_level")]
    levels = zip(spec.levels, told, strict=True)
    return replace(
        spec,
        levels=tuple(
            replace(level, m=numbers["m_probability"], u=numbers["u_probability"])
            for level, numbers in levels
        ),
    )


def _typical(spec: ComparisonSpec, tables: Mapping[str, Frequencies]) -> ComparisonSpec:
    levels = (
        replace(level, u=tables[level.frequency].typical) if level.frequency else level
        for level in spec.levels
    )
    return replace(spec, levels=tuple(levels))

"""The sections that every match model has."""

from collections.abc import Callable, Mapping, Sequence

from identity.model.calibration import Calibration
from identity.model.counts import Counts, inline_counts
from identity.model.document import Item
from identity.model.frequencies import SOURCES, Frequencies, counted
from identity.model.types import BlockingRule, ClusteringSpec, ComparisonSpec, RelationSpec

_SUM_TOLERANCE = 0.005


def read_calibration(section: Item | None) -> Calibration | None:
    """The probability shown at each of some match weights, both growing."""
    if section is None:
        return None
    knots: list[tuple[float, float]] = []
    for weight, share in section.items():
        try:
            knots.append((float(weight), share.share()))
        except ValueError:
            share.fail(f"{weight!r} is no match weight.", "Write WEIGHT: PROBABILITY.")
        if len(knots) > 1 and not (knots[-2][0] < knots[-1][0] and knots[-2][1] <= knots[-1][1]):
            share.fail("Weights and probabilities must grow.", "Put the lower ones first.")
    if len(knots) < 2:
        section.fail("A calibration needs two match weights at least.")
    return Calibration(tuple(w for w, _ in knots), tuple(p for _, p in knots))


def read_thresholds(section: Item) -> tuple[float, float]:
    """The probabilities from which two records are linked, and shown to a steward."""
    section.only("match", "possible")
    match, possible = section.need("match").share(), section.need("possible").share()
    if possible > match:
        section.fail("A possible match cannot need more than a match.", "Lower 'possible'.")
    return match, possible


def read_frequencies(
    section: Item | None, counts: Callable[[str], Counts]
) -> dict[str, Frequencies]:
    """The frequency tables: given as shares, or counted, in the file that `counts` reads."""
    tables = {}
    for name, item in section.items() if section else ():
        tables[name] = _counted(name, item, counts) if item.get("counted") else _shares(item)
    return tables


def _shares(item: Item) -> Frequencies:
    item.only("from", "shares", "fallback", "floor")
    source, own = item.get("from"), item.get("shares")
    shares = SOURCES[source.choice(*SOURCES)]() if source else {}
    shares = {**shares, **{term: share.share() for term, share in own.items()}} if own else shares
    return Frequencies(shares, item.need("fallback").share(), item.need("floor").share())


def _counted(name: str, item: Item, counts: Callable[[str], Counts]) -> Frequencies:
    item.only("counted", "file", "values")
    total, file = item.need("counted").count(), item.get("file")
    if file is None:
        values = item.need("values")
        return counted(inline_counts({text: n.count() for text, n in values.items()}, total))
    tables = counts(file.text())
    if name not in tables:
        file.fail(f"{name!r} is not counted in {file.text()}.", "Train the model again.")
    return counted(tables[name](total))


def check_sums(section: Item, comparisons: Sequence[ComparisonSpec]) -> None:
    """Fail where the m or the u of a trained comparison are not the shares of a whole."""
    for spec in comparisons:
        for which, total in (
            ("m", sum(level.m for level in spec.levels)),
            ("u", sum(level.u for level in spec.levels)),
        ):
            if total and abs(total - 1) > _SUM_TOLERANCE:
                section.need(spec.name).fail(
                    f"The {which} of {spec.name!r} sum to {total:.4g}.", "They must sum to 1."
                )


def read_relations(
    section: Item | None, comparisons: tuple[ComparisonSpec, ...]
) -> tuple[RelationSpec, ...]:
    """The reasons why two different entities look alike."""
    specs = {spec.name: spec for spec in comparisons}
    relations = []
    for name, item in section.items() if section else ():
        levels: dict[str, Mapping[str, float]] = {}
        chance = {}
        for field, given in item.items():
            if field == "share":
                continue
            if field not in specs:
                given.fail(f"{field!r} is not compared.", f"Compared: {', '.join(specs)}.")
            levels[field] = _spread(given, specs[field])
            by_chance = given.get("chance")
            if by_chance:
                chance[field] = _part(by_chance)
        relations.append(RelationSpec(name, item.need("share").share(), levels, chance))
    return tuple(relations)


def _part(item: Item) -> float:
    number = item.number()
    return number if 0 <= number <= 1 else item.fail("A part from 0 to 1 is expected here.")


def _spread(item: Item, spec: ComparisonSpec) -> dict[str, float]:
    """The shares given; what is left is spread over the other levels as among strangers."""
    item.only(*(level.name for level in spec.levels), "chance")
    given = {name: share.share() for name, share in item.items() if name != "chance"}
    others = sum(level.u for level in spec.levels if level.name not in given)
    left = 1 - sum(given.values())
    if left < -_SUM_TOLERANCE:
        item.fail("These shares sum to more than 1.", "Lower them.")
    rest = max(left, 1e-9) / others if others else 0.0
    return {level.name: given.get(level.name, level.u * rest) for level in spec.levels}


def read_blocking(section: Item, columns: Sequence[str]) -> tuple[BlockingRule, ...]:
    """The blocking rules over `columns`."""
    rules = []
    if not list(section.items()):
        section.fail(
            "At least one blocking rule is needed.", "Without one no two records are compared."
        )
    for name, item in section.items():
        item.only("same", "cap")
        same = tuple(column.choice(*columns) for column in item.need("same").elements())
        if not same:
            item.fail("A blocking rule needs at least one column.")
        rules.append(BlockingRule(name, same, item.need("cap").count()))
    return tuple(rules)


def read_clustering(section: Item | None, default: ClusteringSpec) -> ClusteringSpec:
    """How pairs become clusters."""
    if section is None:
        return default
    section.only("clip", "doubt", "conflict", "max_size")
    return ClusteringSpec(
        clip=section.need("clip").number(),
        doubt=section.need("doubt").number(),
        conflict=section.need("conflict").number(),
        max_size=section.need("max_size").count(),
    )

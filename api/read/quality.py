"""What measuring a model found: as JSON, as lines of a terminal, and as a page of its own."""

from html import escape
from typing import Any

from api.read.explain import Language, pair_json
from identity.measure.evaluate import AtThreshold
from identity.measure.quality import Candidates, Pair, Quality
from identity.model.calibration import Bin
from identity.scoring.score import score_pair

_WIDE = 30
_COLOURS = {"precision": "#1b6ca8", "recall": "#c8553d", "f1": "#5b8c5a"}


def quality_json(found: Candidates, quality: Quality, language: Language) -> dict[str, Any]:
    """All figures, and the worst errors with their waterfalls."""
    score = quality.evaluation
    figures = {
        "precision": _rounded(score.precision),
        "recall": _rounded(score.recall),
        "f1": _rounded(score.f1),
        "bcubed_precision": _rounded(score.bcubed_precision) if quality.by_records else None,
        "bcubed_recall": _rounded(score.bcubed_recall) if quality.by_records else None,
        "bcubed_f1": _rounded(score.bcubed_f1) if quality.by_records else None,
    }
    return {
        "version": found.model.version,
        "judged": quality.judged,
        "of": "records" if quality.by_records else "labelled pairs",
        **figures,
        "calibration_error": {
            "shown": _rounded(quality.calibrated.shown_error),
            "all_candidates": _rounded(quality.calibrated.every_error),
        },
        "reliability": [_bin(part) for part in quality.calibrated.shown],
        "thresholds": {
            "match": _rounded(found.model.match_weight),
            "possible": _rounded(found.model.possible_weight),
        },
        "chart": [_point(point) for point in quality.chart],
        "wrongly_joined": [_error(found, pair, language) for pair in quality.joined],
        "missed": [_error(found, pair, language) for pair in quality.missed],
    }


def chart_lines(said: dict[str, Any]) -> list[str]:
    """The threshold chart in characters: precision as #, recall as +."""
    own = {said["thresholds"]["match"]: "match", said["thresholds"]["possible"]: "possible"}
    lines = ["weight  precision  recall  links linked from that weight on, before clustering"]
    for point in said["chart"]:
        bars = (_bar(point["precision"], "#"), _bar(point["recall"], "+"))
        mark = next((name for weight, name in own.items() if weight == point["weight"]), "")
        lines.append(
            f"{point['weight']:6.1f}  {point['precision']:9.4f}  {point['recall']:6.4f}  "
            f"{bars[0]} {bars[1]} {mark}".rstrip()
        )
    return lines


def chart_svg(said: dict[str, Any]) -> str:
    """The threshold chart as an SVG that needs nothing else: precision, recall and F1 by weight."""
    points = said["chart"]
    low, high = points[0]["weight"], points[-1]["weight"]

    def x(weight: float) -> float:
        return float(50 + 520 * (weight - low) / (high - low))

    def line(name: str) -> str:
        path = " ".join(f"{x(p['weight']):.1f},{330 - 300 * p[name]:.1f}" for p in points)
        return f'<polyline fill="none" stroke="{_COLOURS[name]}" stroke-width="2" points="{path}"/>'

    own = "".join(
        f'<line x1="{x(weight):.1f}" x2="{x(weight):.1f}" y1="30" y2="330" stroke="#999" '
        f'stroke-dasharray="4"/><text x="{x(weight) + 4:.1f}" y="44">{escape(name)}</text>'
        for name, weight in said["thresholds"].items()
        if low <= weight <= high
    )
    marks = "".join(
        f'<text x="8" y="{334 - 300 * share:.0f}">{share:.1f}</text>'
        f'<line x1="50" x2="570" y1="{330 - 300 * share:.0f}" y2="{330 - 300 * share:.0f}" '
        'stroke="#eee"/>'
        for share in (0, 0.2, 0.4, 0.6, 0.8, 1.0)
    )
    weights = "".join(
        f'<text x="{x(p["weight"]) - 8:.0f}" y="350">{p["weight"]:.0f}</text>'
        for p in points
        if p["weight"] == round(p["weight"])
    )
    names = "".join(
        f'<text x="{60 + 90 * i}" y="20" fill="{colour}">{name}</text>'
        for i, (name, colour) in enumerate(_COLOURS.items())
    )
    lines = "".join(line(name) for name in _COLOURS)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 370" width="600" height="370" '
        'font-family="sans-serif" font-size="12"><rect width="600" height="370" fill="#fff"/>'
        f"{marks}{own}{lines}{names}{weights}"
        f'<text x="200" y="366">match weight, {escape(said["version"])}</text></svg>\n'
    )


def page_html(said: dict[str, Any]) -> str:
    """A page of its own: figures, chart, reliability and the worst errors. It loads nothing."""
    names = ("precision", "recall", "f1", "bcubed_f1")
    figures = _row("th", names) + _row("td", ["–" if said[n] is None else said[n] for n in names])
    bins = "".join(
        _row("td", (f"{b['low']:.1f}–{b['high']:.1f}", b["pairs"], b["said"], b["true"]))
        for b in said["reliability"]
    )
    errors = "".join(
        f"<h3>{escape(title)}</h3>"
        + "".join(
            f"<details><summary>{escape(error['text'][0])}</summary><ul>"
            + "".join(f"<li>{escape(text)}</li>" for text in error["text"][1:])
            + "</ul></details>"
            for error in said[name]
        )
        for name, title in (("wrongly_joined", "Wrongly joined"), ("missed", "Missed"))
    )
    return (
        '<!doctype html><meta charset="utf-8"><title>Daifuku: '
        f"{escape(said['version'])}</title><style>body{{font:14px sans-serif;margin:2em}}"
        "td,th{padding:2px 10px;text-align:right}</style>"
        f"<h1>{escape(said['version'])}</h1><table>{figures}</table>{chart_svg(said)}"
        f"<h3>Calibration error {said['calibration_error']['shown']}</h3><table>"
        f"{_row('th', ('probability', 'pairs', 'said', 'true'))}{bins}</table>{errors}\n"
    )


def _row(tag: str, cells: Any) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(str(cell))}</{tag}>' for cell in cells)}</tr>"


def _bar(share: float, mark: str) -> str:
    return (mark * round(_WIDE * share)).ljust(_WIDE, "·")


def _error(found: Candidates, pair: Pair, language: Language) -> dict[str, Any]:
    a, b = (found.encoded.features(record) for record in pair)
    return pair_json(score_pair(a, b, found.model), language)


def _point(point: AtThreshold) -> dict[str, Any]:
    return {
        "weight": _rounded(point.weight),
        "links": point.links,
        "precision": _rounded(point.precision),
        "recall": _rounded(point.recall),
        "f1": _rounded(point.f1),
    }


def _bin(part: Bin) -> dict[str, Any]:
    return {
        "low": part.low,
        "high": part.high,
        "pairs": part.pairs,
        "said": _rounded(part.said),
        "true": _rounded(part.true),
    }


def _rounded(value: float) -> float:
    return round(float(value), 4)

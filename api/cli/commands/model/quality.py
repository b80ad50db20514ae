"""Models trained on what the hub holds, and measured against what is known."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.commands.model.shadow import followed, named_document
from api.cli.context import Context, installation
from api.cli.headings import Language
from api.cli.output import JsonFlag, LangOption, key_text, print_json, print_table, print_text
from api.read.quality import chart_lines, chart_svg, page_html, quality_json
from api.read.truth import read_truth
from daifuku.errors import UserError
from daifuku.records import Decision, Entity, RecordKey
from identity.measure.quality import Candidates, agreement, measure, measure_labels
from identity.model.types import Model
from sync.models import quality, shadow
from sync.models.documents import Origin
from sync.models.rebuild import Progress

Name = Annotated[
    str, typer.Argument(help="A file, a version, or person or organization: that in force.")
]
Truth = Annotated[
    Path | None,
    typer.Option(help="CSV: source, stream, external_id, entity. Without it, steward decisions."),
]
Worst = Annotated[int, typer.Option(help="How many errors of each kind to list.", min=0, max=100)]


def train(
    name: Name = "person",
    *,
    labels: Annotated[
        bool, typer.Option("--labels", help="Learn from steward decisions as well.")
    ] = False,
    truth: Annotated[
        Path | None, typer.Option(help="CSV as for evaluate: calibrate by it.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the model there instead of storing it.")
    ] = None,
    version: Annotated[
        str | None, typer.Option("--version-name", help="What to call the new version.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Fit a model to the records of the hub, and calibrate it. What is in force stays in force."""
    with installation() as hub, followed() as follow:
        model = _model(hub, name)
        with hub.store.read() as tx:
            said = quality.labels(tx) if labels else []
            records = quality.encoded(tx, model.entity, follow)
        if not records.keys:
            raise UserError("There is no record to learn from.", hint="Sync a source first.")
        stated = version or f"{model.version.partition('+')[0]}-trained"
        known = read_truth(truth) if truth else None
        found = quality.trained(records, model, stated, truth=known, said=said)
        if out is None:
            shadow.add_version(hub.store, found, Origin.TRAINED)
        else:
            _write(out, found.text)
    if as_json:
        print_json(
            {"version": found.version, "labels": len(said), "out": str(out) if out else None}
        )
        return
    print_text(f"{found.version} is fitted to {len(records.keys)} records.")
    print_text(f"Next: daifuku model try {out or found.version}")


def evaluate(
    name: Name = "person",
    *,
    truth: Truth = None,
    chart: Annotated[
        Path | None, typer.Option(help="Write the chart there: .svg, or .html with all figures.")
    ] = None,
    worst: Worst = 3,
    lang: LangOption = "en",
    as_json: JsonFlag = False,
) -> None:
    """Measure a model against the truth, or against what stewards decided."""
    with installation() as hub, followed() as follow:
        model = _model(hub, name)
        found, known, said = _candidates(hub, model, truth, follow)
        report = quality_json(found, _measured(found, known, said, worst), lang)
    if chart is not None:
        _write(chart, chart_svg(report) if chart.suffix == ".svg" else page_html(report))
    if as_json:
        print_json(report)
    else:
        _print(report, lang)


def compare(
    a: Name,
    b: Name,
    truth: Truth = None,
    as_json: JsonFlag = False,
) -> None:
    """Measure two models side by side, and how far their clusters agree."""
    reports, labels = [], []
    with installation() as hub, followed() as follow:
        for name in (a, b):
            found, known, said = _candidates(hub, _model(hub, name), truth, follow)
            reports.append(quality_json(found, _measured(found, known, said, 0), "en"))
            labels.append(found.labels)
    if len(labels[0]) != len(labels[1]):
        raise UserError("These models are of different entities.", hint="Compare two of one.")
    both = agreement(labels[0], labels[1])
    if as_json:
        print_json({"models": reports, "agreement": round(both.f1, 4)})
        return
    names = ("precision", "recall", "f1", "bcubed_f1")
    rows = [(name, reports[0][name], reports[1][name]) for name in names]
    rows.append(("calibration error", *(r["calibration_error"]["shown"] for r in reports)))
    print_table(("figure", *(report["version"] for report in reports)), rows)
    print_text(f"Of the pairs that either joins they agree on F1 {both.f1:.4f}.")


def _model(hub: Context, name: str) -> Model:
    with hub.store.read() as tx:
        content = named_document(tx, name).content
    if not isinstance(content, Model):
        raise UserError("These are survivorship rules.", hint="Name a match model.")
    return content


def _candidates(
    hub: Context, model: Model, truth: Path | None, follow: Progress
) -> tuple[Candidates, Mapping[RecordKey, str] | None, list[Decision]]:
    known = read_truth(truth) if truth else None
    with hub.store.read() as tx:
        said = quality.labels(tx)
        records = quality.encoded(tx, Entity(model.entity), follow)
    if known is None and not said:
        raise UserError(
            "Nothing says who is who: there is no decision of a steward.",
            hint="Give the truth with --truth FILE, or decide on review tasks first.",
        )
    if not records.keys:
        raise UserError("There is no record to measure.", hint="Sync a source first.")
    if known is not None and known.keys().isdisjoint(records.keys):
        raise UserError(
            f"None of the {len(known)} records that the truth names is in the hub.",
            hint=f"Its source, stream and external_id must name records of kind {model.entity}.",
        )
    return Candidates(records, model), known, said


def _measured(
    found: Candidates, known: Mapping[RecordKey, str] | None, said: list[Decision], worst: int
) -> Any:
    if known is None:
        return measure_labels(found, said, worst=worst)
    return measure(found, known, worst=worst)


def _print(report: dict[str, Any], lang: Language) -> None:
    print_text(f"{report['version']}: {report['judged']} {report['of']}", style="bold")
    names = ("precision", "recall", "f1", "bcubed_f1")
    print_table(names, [tuple(report[name] for name in names)], lang)
    error = report["calibration_error"]
    print_text(
        f"calibration error {error['shown']} of shown pairs, {error['all_candidates']} of all"
    )
    for line in chart_lines(report):
        print_text(line)
    for kind, title in (("wrongly_joined", "Wrongly joined"), ("missed", "Missed")):
        for error in report[kind]:
            print_text(f"{title}: {key_text(error['a'])} ~ {key_text(error['b'])}", style="bold")
            for line in error["text"]:
                print_text(f"  {line}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from None


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("train")(train)
    app.command("evaluate")(evaluate)
    app.command("compare")(compare)

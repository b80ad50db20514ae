"""`daifuku doctor`: is this installation well, and what to do where it is not."""

import typer

from api.cli.output import JsonFlag, out, print_json
from api.read.doctor import examine
from api.read.finding import Finding
from daifuku.settings import load_settings

MARKS = {"ok": "[green]✓[/green]", "warning": "[yellow]![/yellow]", "fault": "[red]✗[/red]"}


def register(root: typer.Typer) -> None:
    """Add `daifuku doctor`."""

    @root.command("doctor")
    def doctor(
        quiet: bool = typer.Option(False, "--quiet", help="Print faults only."),
        as_json: JsonFlag = False,
    ) -> None:
        """Check the installation. Exit status 1 when something is at fault."""
        findings = examine(load_settings())
        if as_json:
            print_json({"findings": findings})
        else:
            for finding in findings:
                if finding.level == "fault" or not quiet:
                    _print(finding)
        if any(finding.level == "fault" for finding in findings):
            raise typer.Exit(1)


def _print(finding: Finding) -> None:
    out.print(f"{MARKS[finding.level]} {finding.subject}: ", end="")
    out.print(f"{finding.message} {finding.next_step}".strip(), markup=False)

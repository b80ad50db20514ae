"""Pages of documentation, and how what they show is compared with what is so."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def page(name: str) -> str:
    """The text of a page."""
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def matches(shown: str, output: str) -> bool:
    """Whether this is the output shown, in which `...` stands for anything."""
    pattern = re.escape(_steady(shown)).replace(re.escape("..."), r"[\s\S]*")
    return re.fullmatch(pattern, _steady(output)) is not None


def _steady(output: str) -> str:
    """The output without what is different each time: keys, times, and spaces at line ends."""
    output = re.sub(r"dfk_[\w-]+", "dfk_KEY", output)
    output = re.sub(r"^[\w-]{43}=$", "SECRET", output, flags=re.M)
    output = re.sub(r"\b20[2-9]\d-\d\d-\d\d(T[\d:.]+(Z|\+00:00))?", "DAY", output)
    return "\n".join(line.rstrip() for line in output.strip().splitlines())

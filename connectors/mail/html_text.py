"""An HTML mail as the text a reader sees, quoted mails marked as in plain text."""

from html.parser import HTMLParser

_BLOCKS = frozenset(
    ("p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr", "pre")
)
_HIDDEN = frozenset(("style", "script", "head", "title"))
_QUOTES = frozenset(("blockquote",))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._hidden = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        self._quoted += tag in _QUOTES
        if tag == "hr":
            self.lines += ["----"]
        if tag in _BLOCKS or tag in _QUOTES:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag in _QUOTES:
            self._quoted = max(0, self._quoted - 1)
        if tag in _BLOCKS or tag in _QUOTES:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        text = " ".join(data.split())
        if text:
            mark = "> " if self._quoted and not self.lines[-1] else ""
            joint = " " if self.lines[-1] and data[:1].isspace() else ""
            self.lines[-1] += f"{mark}{joint}{text}" + (" " if data[-1:].isspace() else "")


def text_of_html(html: str) -> str:
    """The visible text, a line per block, no more than one empty line in a row.

    Raises:
        ValueError, AssertionError: the parser gave up on a broken declaration.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    kept: list[str] = []
    for line in (line.strip() for line in reader.lines):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()

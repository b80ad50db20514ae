"""HTML as plain text."""

from html.parser import HTMLParser

from mapping.text import clean

_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript"))
_BLOCKS = frozenset(
    (
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    )
)


def html_text(text: str) -> str | None:
    """The text a reader sees: no tags, scripts or styles; blocks on lines of their own."""
    if "<" not in text and "&" not in text:
        return text
    reader = _TextReader()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in clean("".join(reader.seen)).splitlines())
    return "\n".join(line for line in lines if line) or None


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.seen.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self.seen.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.seen.append(data)

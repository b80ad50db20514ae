"""Reads a signature line by line: each takes what it can recognise and leaves the rest."""

import re
from dataclasses import dataclass, field

from connectors.mail import cues


@dataclass(slots=True)
class Found:
    """What the lines so far have said."""

    name: str = ""
    kana: str = ""
    company: str = ""
    department: str = ""
    title: str = ""
    phones: list[str] = field(default_factory=list)
    mobiles: list[str] = field(default_factory=list)
    postal_code: str = ""
    address: str = ""
    url: str = ""
    emails: list[str] = field(default_factory=list)


def same_name(a: str, b: str) -> bool:
    """Whether two names agree but for spaces, case and the order of Western parts."""
    first, second = cues.folded(a).lower(), cues.folded(b).lower()
    if sorted(re.split(r"[\s,]+", first)) == sorted(re.split(r"[\s,]+", second)):
        return True
    return re.sub(r"\s", "", first) == re.sub(r"\s", "", second)


class Reader:
    """Takes folded lines in order. `sender_name` is the name the From header gives."""

    def __init__(self, sender_name: str = "") -> None:
        self.found = Found()
        self._sender = cues.folded(sender_name)
        self._address_open = False
        self._leftover: list[tuple[str, bool]] = []

    def finish(self) -> Found:
        """What all lines said together; call it once, after the last line.

        A text that nothing else explains is the name, or the company that stands above it.
        """
        names = [text for text, is_name in self._leftover if is_name]
        own = next((text for text in names if same_name(text, self._sender)), "")
        if not self.found.name:
            self.found.name = own or "".join(names[-1:] if self._is_card() else names[:1])
        above = [text for text, _ in self._leftover[:1] if text != self.found.name]
        if above and not self.found.company and self._is_card():
            self.found.company = above[0]
        return self.found

    def _is_card(self) -> bool:
        """Whether it is laid out like a business card: company, department or title, then name."""
        return bool(self.found.department or self.found.title)

    def take(self, line: str) -> None:
        """Read one line."""
        rest = self._links(line)
        rest, was_numbers = self._numbers(rest)
        rest = rest.strip(cues.DECORATION)
        if not rest:
            return
        if self._place(rest, was_numbers):
            return
        if cues.KANA_LABEL.match(rest):
            self.found.kana = self.found.kana or cues.KANA_LABEL.sub("", rest)
            return
        if cues.NAME_LABEL.match(rest):
            self.found.name = self.found.name or cues.NAME_LABEL.sub("", rest)
            return
        rest = cues.FIELD_LABEL.sub("", rest)
        if not was_numbers:
            self._words(rest)

    def _links(self, line: str) -> str:
        for email in cues.EMAIL.findall(line):
            if email.lower() not in self.found.emails:
                self.found.emails.append(email.lower())
        line = cues.EMAIL.sub(" ", line)
        url = cues.URL.search(line)
        if url:
            self.found.url = self.found.url or url.group()
            line = cues.URL.sub(" ", line)
        return cues.LINK_LABEL.sub("", line.strip())

    def _numbers(self, line: str) -> tuple[str, bool]:
        """Take the phone numbers; a number after a fax label, and one in an address, is none."""
        matches = list(cues.LABELLED_NUMBER.finditer(line))
        labelled = any(m.lastgroup != "number" for m in matches)
        numbers = [m for m in matches if m.lastgroup == "number"]
        alone = not re.sub(cues.NUMBER, "", line).strip(cues.DECORATION)
        if not numbers or not (labelled or alone) or cues.PLACE.search(line):
            return line, False
        kind = "tel"
        for match in matches:
            if match.lastgroup != "number":
                kind = match.lastgroup or kind
            else:
                self._phone(match.group().strip(), kind)
        before = line[: matches[0].start()]
        return before, not before.strip(cues.DECORATION)

    def _phone(self, number: str, kind: str) -> None:
        digits = re.sub(r"\D", "", number)
        if kind == "fax" or not 9 <= len(digits) <= 15:
            return
        mobile = kind == "mobile" or re.match(r"(?:0|81)[6-9]0\d{8}$", digits)
        into = self.found.mobiles if mobile else self.found.phones
        if number not in into:
            into.append(number)

    def _place(self, line: str, was_numbers: bool) -> bool:
        postal = cues.POSTAL.search(line)
        if postal:
            self.found.postal_code = self.found.postal_code or postal[1] or postal[2]
            line = line[postal.end() :].strip(cues.DECORATION)
            self._address_open = True
            if not line:
                return True
        plain = cues.FIELD_LABEL.sub("", line)
        starts = cues.PREFECTURE.match(plain) or cues.PLACE.search(plain)
        if not self.found.address and (postal or starts or self._opened(plain)):
            self.found.address = plain
            self._address_open = True
            return True
        if self.found.address and self._address_open and cues.BUILDING.search(plain):
            self.found.address += f" {plain}"
            self._address_open = False
            return True
        self._address_open = False
        return bool(postal) or was_numbers

    def _opened(self, line: str) -> bool:
        return self._address_open and bool(re.search(r"[都道府県市区町村\d]", line))

    def _words(self, line: str) -> None:
        """A line of words: company, department, title and name, in any combination."""
        line = self._kana_in_brackets(line).strip(cues.DECORATION)
        if self._sender and same_name(line, self._sender):
            self._name(line)
            return
        if cues.LEGAL_FORM.search(line) and not self.found.company:
            line = self._company(line)
        words = [word for word in re.split(r"\s+|[/|,、]", line) if word]
        if re.search(r"[A-Za-z]", line) and not re.search(r"[\u3040-\u9fff]", line):
            self._western(line)
            return
        left: list[str] = []
        for word in words:
            if cues.TITLE.search(word) and not self.found.title:
                self.found.title = word
            elif cues.DEPARTMENT.search(word) and not (
                cues.SURNAME_LIKE_A_DEPARTMENT.fullmatch(word)
            ):
                self.found.department = f"{self.found.department} {word}".strip()
            elif cues.WORKPLACE.search(word) and not self.found.company:
                self.found.company = word
            else:
                left.append(word)
        self._name(" ".join(left))

    def _kana_in_brackets(self, line: str) -> str:
        bracket = re.search(r"[(（]([^()（）]{2,30})[)）]", line)
        if bracket and cues.KANA_NAME.fullmatch(bracket[1].strip()):
            self.found.kana = self.found.kana or bracket[1].strip()
        elif not bracket or len(bracket[1]) < 2 or not re.fullmatch(r"[A-Za-z .'-]+", bracket[1]):
            return line
        return line[: bracket.start()] + line[bracket.end() :]

    def _company(self, line: str) -> str:
        """Take the company and give what stands beside it."""
        form = cues.LEGAL_FORM.search(line)
        if form is None:
            return line
        if not re.search(r"[\u3040-\u9fff]", line):
            self.found.company = re.split(r"\s*[|/]\s*", line)[0].strip(" ,")
            return ""
        words = line.split(" ")
        at = next((i for i, w in enumerate(words) if cues.LEGAL_FORM.search(w)), 0)
        taken = [words[at]]
        alone = cues.LEGAL_FORM.fullmatch(words[at])
        if alone and at + 1 < len(words):
            taken.append(words[at + 1])
        elif alone and at:
            taken = [words[at - 1], words[at]]
            at -= 1
        self.found.company = "".join(taken)
        return " ".join(words[:at] + words[at + len(taken) :])

    def _western(self, line: str) -> None:
        for piece in re.split(r"\s*[|/]\s*|,\s+", line):
            text = piece.strip(cues.DECORATION)
            if not text:
                continue
            if cues.TITLE.search(text) and not self.found.title:
                self.found.title = text
            elif cues.DEPARTMENT.search(text) and not self.found.department:
                self.found.department = text
            else:
                self._name(text)

    def _name(self, text: str) -> None:
        """Keep a text that may be the name; the kana beneath a name is its reading."""
        text = text.strip(cues.DECORATION)
        is_name = any(
            shape.fullmatch(text)
            for shape in (cues.JAPANESE_NAME, cues.WESTERN_NAME, cues.FOREIGN_NAME)
        )
        if cues.KANA_NAME.fullmatch(text) and self._leftover and not self.found.kana:
            self.found.kana = text
        elif 2 <= len(text) <= 40 and not cues.NOT_A_NAME.search(text):
            same = bool(self._sender) and same_name(text, self._sender)
            self._leftover.append((text, is_name or same))

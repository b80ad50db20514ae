"""The sender's signature in a mail's text: who they are, where they work, how to reach them.

Signatures are found at the end of the text, below `-- `, a drawn line, 署名 or a closing phrase,
or as a last paragraph that holds nothing but contact data. Then each line says by its own cues
what it is. A fax number is not a phone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.mail import cues
from connectors.mail.quotes import own_text
from connectors.mail.signature_lines import Reader, same_name

_TAIL = 40
_MOST_LINES = 18
_LONGEST_LINE = 90
_MARK = re.compile(r"^(?:-- ?|[【〔\[]?\s*署名\s*[】〕\]]?)$")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says; empty where it is silent. Text is NFKC, otherwise as written.

    `phones` are fixed lines, maybe shared by the whole company; `mobiles` belong to a person.
    """

    name: str = ""
    kana: str = ""
    company: str = ""
    department: str = ""
    title: str = ""
    phones: tuple[str, ...] = ()
    mobiles: tuple[str, ...] = ()
    postal_code: str = ""
    address: str = ""
    url: str = ""
    emails: tuple[str, ...] = field(default=())

    def __bool__(self) -> bool:
        return self != Signature()

    def belongs_to(self, address: str, name: str) -> bool:
        """Whether it may be the signature of the sender with this address and display name.

        It is another's when it names other mailboxes in other domains and another name.
        """
        domain = address.rpartition("@")[2]
        if not self.emails or any(e.rpartition("@")[2] == domain for e in self.emails):
            return True
        return bool(name and self.name and same_name(name, self.name))


def find_signature(text: str, sender_name: str = "") -> Signature:
    """The signature in the whole text of a mail; quoted mails are left out first.

    `sender_name` is the display name of the From header: it settles which line is the name.
    Never raises; an empty signature is falsy.
    """
    lines = _block(own_text(text).split("\n"))
    if not lines:
        return Signature()
    reader = Reader(sender_name)
    for line in lines:
        reader.take(line)
    found = reader.finish()
    signature = Signature(
        name=found.name,
        kana=found.kana,
        company=found.company,
        department=found.department,
        title=found.title,
        phones=tuple(found.phones),
        mobiles=tuple(found.mobiles),
        postal_code=found.postal_code,
        address=found.address,
        url=found.url,
        emails=tuple(found.emails),
    )
    return signature if _is_worth_it(signature) else Signature()


def _block(lines: Sequence[str]) -> list[str]:
    """The lines of the signature, drawn lines left out; empty if there is none."""
    tail = [line for line in lines[-_TAIL:] if not cues.APP_FOOTER.match(line.strip())]
    while tail and not tail[-1].strip():
        tail.pop()
    starts = (_below_mark(tail), _below_rule(tail), _below_closing(tail), _last_paragraph(tail))
    for start in starts:
        if start is not None:
            block = _written(tail[start:])
            if _looks_like_one(block):
                return block
    return []


def _written(lines: Sequence[str]) -> list[str]:
    """The lines that hold words, folded: neither drawn nor a mark."""
    folded = (
        cues.folded(line) for line in lines if not (cues.is_rule(line) or _MARK.match(line.strip()))
    )
    return [line for line in folded if line]


def _below_mark(tail: Sequence[str]) -> int | None:
    marks = [i for i, line in enumerate(tail) if _MARK.match(line.strip())]
    return marks[-1] + 1 if marks else None


def _below_rule(tail: Sequence[str]) -> int | None:
    """Below the uppermost drawn line from which all is short lines with contact data."""
    rules = [i for i, line in enumerate(tail) if cues.is_rule(line)]
    for rule in rules:
        if _looks_like_one(_written(tail[rule + 1 :])):
            return rule + 1
    return None


def _below_closing(tail: Sequence[str]) -> int | None:
    closings = [i for i, line in enumerate(tail) if cues.CLOSING.match(line.strip())]
    return closings[-1] + 1 if closings else None


def _last_paragraph(tail: Sequence[str]) -> int | None:
    """The last paragraphs in which every line carries contact data or is a name or a company."""
    start = len(tail)
    for index in range(len(tail) - 1, -1, -1):
        line = cues.folded(tail[index])
        if line and (len(line) > _LONGEST_LINE or re.search(r"[。!?]$|です|ます", line)):
            break
        if line:
            start = index
    block = [cues.folded(line) for line in tail[start:]]
    strong = sum(map(_is_contact, block))
    return start if strong >= 2 else None


def _looks_like_one(block: Sequence[str]) -> bool:
    if not 1 <= len(block) <= _MOST_LINES or any(len(line) > _LONGEST_LINE * 2 for line in block):
        return False
    prose = sum(bool(re.search(r"[。!?]$", line)) for line in block)
    return prose * 3 <= len(block) and any(map(_is_contact, block))


def _is_contact(line: str) -> bool:
    return bool(
        cues.EMAIL.search(line)
        or cues.URL.search(line)
        or cues.POSTAL.search(line)
        or cues.LEGAL_FORM.search(line)
        or re.search(cues.NUMBER, line)
    )


def _is_worth_it(signature: Signature) -> bool:
    return bool(
        signature.name
        or signature.company
        or signature.phones
        or signature.mobiles
        or signature.postal_code
    )

"""Header fields of a mail as text: encoded words however they were cut, and raw bytes.

RFC 2047 wants each encoded word to be whole; programs cut them in the middle of a character or
of a base64 quantum, put raw 8-bit text beside them and quote what must not be quoted.
"""

import base64
import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.charsets import decode
from connectors.mail.addresses import is_address, split_entries, split_entry

_WORD = re.compile(rb"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z-]*)?\?([bBqQ])\?([^?\r\n]*)\?=")
_FOLD = re.compile(rb"\r?\n[ \t]+|[\r\n]+")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_MAX_ADDRESSES = 2_000


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address, lower case, and the name written beside it ("" if none)."""

    address: str
    name: str = ""


def header_text(raw: bytes) -> str:
    """The header's value on one line, decoded. Never raises."""
    return _one_line("".join(_pieces(_FOLD.sub(b" ", raw))))


def header_mailboxes(raw: bytes) -> tuple[Mailbox, ...]:
    """The mailboxes of an address header, in order; what is no address is left out."""
    # Structure first: a decoded name may hold the commas and brackets that separate mailboxes.
    masked, words = _masked(_FOLD.sub(b" ", raw))
    found: dict[str, Mailbox] = {}
    for entry in split_entries(masked)[:_MAX_ADDRESSES]:
        name, address = split_entry(entry)
        address = _unmasked(address, words).strip().lower()
        if is_address(address) and address not in found:
            text = _one_line(_unmasked(name, words)).strip("\"'“” ")
            found[address] = Mailbox(address, "" if text.lower() == address else text)
    return tuple(found.values())


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def _masked(raw: bytes) -> tuple[str, list[str]]:
    """The header with each non-ASCII piece replaced by a token, and the pieces."""
    words: list[str] = []
    out: list[str] = []
    for piece, is_word in _typed_pieces(raw):
        if is_word:
            words.append(piece)
            out.append(f" \ue000{len(words) - 1}\ue001 ")
        else:
            out.append(piece)
    return "".join(out), words


def _unmasked(text: str, words: Sequence[str]) -> str:
    joined = re.sub(r"\ue001\s+\ue000", "\ue001\ue000", text)
    return re.sub(
        r"\ue000(\d+)\ue001",
        lambda m: words[int(m[1])] if int(m[1]) < len(words) else "",
        joined,
    )


def _pieces(raw: bytes) -> Iterator[str]:
    return (piece for piece, _ in _typed_pieces(raw))


def _typed_pieces(raw: bytes) -> Iterator[tuple[str, bool]]:
    """The decoded pieces in order; True for an encoded word or a run of adjacent ones."""
    run: list[re.Match[bytes]] = []
    end = 0
    for match in _WORD.finditer(raw):
        between = raw[end : match.start()]
        if not run or between.strip() or run[-1][1].lower() != match[1].lower():
            if run:
                yield _joined(run), True
            if between.strip() or not run:
                yield decode(between).replace("\ue000", "").replace("\ue001", ""), False
            run = []
        run.append(match)
        end = match.end()
    if run:
        yield _joined(run), True
    yield decode(raw[end:]).replace("\ue000", "").replace("\ue001", ""), False


def _joined(run: Sequence[re.Match[bytes]]) -> str:
    """Adjacent words of one charset as one text: a character may be cut between them."""
    charset = run[0][1].decode("ascii")
    raw = b"".join(_word_bytes(texts, coding) for coding, texts in _same_coding(run))
    return decode(raw, charset)


def _same_coding(run: Sequence[re.Match[bytes]]) -> Iterator[tuple[bytes, list[bytes]]]:
    texts: list[bytes] = []
    for index, match in enumerate(run):
        texts.append(match[3])
        if index + 1 == len(run) or run[index + 1][2].lower() != match[2].lower():
            yield match[2].lower(), texts
            texts = []


def _word_bytes(texts: Sequence[bytes], coding: bytes) -> bytes:
    if coding == b"q":
        return b"".join(quopri.decodestring(text, header=True) for text in texts)
    cleaned = [re.sub(rb"[^A-Za-z0-9+/]", b"", text) for text in texts]
    if any(len(text) % 4 and b"=" not in texts[i] for i, text in enumerate(cleaned[:-1])):
        cleaned = [b"".join(cleaned)]  # a base64 quantum was cut between two words
    return b"".join(_base64(text) for text in cleaned)


def _base64(text: bytes) -> bytes:
    whole = text[: len(text) - 1] if len(text) % 4 == 1 else text
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))

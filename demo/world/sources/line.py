"""LINE: followers with the names they chose, webhook events, and consented account links."""

from datetime import datetime

from daifuku.records import Entity
from demo.world.chance import Chance
from demo.world.documents import LINE, Document, Said
from demo.world.people import Person
from demo.world.persona import customer_number
from demo.world.rates import RATES
from demo.world.spelling import in_kanji, in_romaji

_UNUSABLE = [
    "🍵",
    "ゆるり茶",
    "ねこまる",
    "さくらもち",
    "☆*｡",
    "tea_time",
    "みー",
    "なごみ",
    "ぽんた",
    "♡",
    "K",
    "3児のママ",
    "茶柱",
]
_MESSAGES = (
    "在庫ありますか？",
    "ありがとうございます",
    "届きました！",
    "営業時間を教えてください",
    "👍",
)


def user_id(draw: Chance) -> str:
    """A LINE user id: U and 32 hexadecimal digits."""
    return "U" + "".join(f"{draw.number(0, 16**8 - 1):08x}" for _ in range(4))


def follower(someone: Person, user: str, at: datetime, draw: Chance, *, linked: bool) -> Document:
    """The profile of a follower. Nobody can know who an unlinked one is: it is its own truth."""
    name = _display_name(someone, draw)
    said = Said(
        truth=someone.id if linked else f"line:{user}",
        entity=Entity.PERSON,
        evidence=(f"line:{user}",),
        display_name=name,
        line_user_id=user,
    )
    body = {
        "userId": user,
        "displayName": name,
        "pictureUrl": f"https://profile.line-scdn.example/{user[1:13]}",
        "language": "ja",
    }
    return Document(LINE, "followers", user, at, body, (said,))


def account_link(someone: Person, user: str, at: datetime, draw: Chance) -> Document:
    """The member pressed "link my account": LINE posts back the number they signed in with."""
    number = customer_number(someone.number)
    said = Said(
        truth=someone.id,
        entity=Entity.PERSON,
        evidence=(f"line:{user}", f"no:{number}"),
        line_user_id=user,
        customer_number=number,
    )
    postback = {"data": f"action=link&customer_number={number}"}
    return _event("postback", {"postback": postback}, user, at, draw, said)


def chat(user: str, at: datetime, draw: Chance) -> Document:
    """A text message to the shop."""
    message = {"type": "text", "id": str(draw.number(10**17, 10**18)), "text": draw.pick(_MESSAGES)}
    return _event("message", {"message": message}, user, at, draw)


def _event(
    kind: str,
    content: dict[str, dict[str, str]],
    user: str,
    at: datetime,
    draw: Chance,
    *says: Said,
) -> Document:
    event_id = f"01{draw.number(0, 16**12 - 1):024X}"
    body = {
        "type": kind,
        "mode": "active",
        "timestamp": int(at.timestamp() * 1000),
        "source": {"type": "user", "userId": user},
        "webhookEventId": event_id,
        "deliveryContext": {"isRedelivery": False},
        "replyToken": event_id.lower(),
        **content,
    }
    return Document(LINE, "events", event_id, at, body, says)


def _display_name(someone: Person, draw: Chance) -> str:
    name = in_kanji(someone, someone.family, draw, by_hand=False)
    if draw.hits(0.15):
        name = in_romaji(someone, someone.family, draw)
    style = draw.random()
    if style < RATES.line_full_name:
        return name.name
    style -= RATES.line_full_name
    if style < RATES.line_given_only:
        return draw.pick((name.given, name.given, name.given_kana or name.given, f"{name.given}♪"))
    style -= RATES.line_given_only
    if style < RATES.line_surname_only:
        return name.family
    return draw.pick(_UNUSABLE)

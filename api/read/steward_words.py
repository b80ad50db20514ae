"""What stewards are told, in words: Japanese and English."""

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "ja"]
Words = Mapping[str, str]

DECISIONS: Mapping[Language, Words] = {
    "en": {
        "same": "the records are the same",
        "different": "the records are different",
        "merge": "the golden records are one",
        "keep_apart": "the golden records stay apart",
        "unmerge": "records do not belong there",
        "cannot_tell": "it cannot be told",
        "skip": "put off",
        "undo": "decision {undoes} is taken back",
    },
    "ja": {
        "same": "同一のレコード",
        "different": "別のレコード",
        "merge": "顧客を統合",
        "keep_apart": "別の顧客として維持",
        "unmerge": "統合を解除",
        "cannot_tell": "判断できない",
        "skip": "後回し",
        "undo": "判断 {undoes} を取り消し",
    },
}

OUTCOMES: Mapping[Language, Words] = {
    "en": {
        "same": "a steward said that they are the same",
        "different": "a steward said that they are different",
        "cannot_tell": "a steward could not tell",
        "skip": "a steward put it off",
        "joined": "they are one golden record now",
        "decided": "a decision keeps them apart",
        "faded": "the evidence no longer suffices",
        "gone": "one of them is gone",
        "moved": "one of them is part of another golden record now",
    },
    "ja": {
        "same": "担当者が同一と判断しました",
        "different": "担当者が別と判断しました",
        "cannot_tell": "担当者は判断できませんでした",
        "skip": "担当者が後回しにしました",
        "joined": "すでに統合されました",
        "decided": "別の顧客として維持する判断があります",
        "faded": "根拠が十分ではなくなりました",
        "gone": "一方がなくなりました",
        "moved": "一方が別の顧客に統合されました",
    },
}

QUESTIONS: Mapping[Language, Words] = {
    "en": {
        "match": "Are these two one? The match is {percent} % likely.",
        "conflict": "Which {field} holds? Sources of equal standing disagree.",
    },
    "ja": {
        "match": "この2件は同一ですか。一致の確率は {percent} % です。",
        "conflict": "{field}はどの値が正しいですか。同等の情報源が食い違っています。",
    },
}

CONFLICT_OUTCOMES: Mapping[Language, Words] = {
    "en": {
        "faded": "the sources no longer disagree, or a value is pinned",
        "gone": "the golden record is gone",
        "moved": "it is part of another golden record now",
    },
    "ja": {
        "faded": "食い違いがなくなったか、値が固定されました",
        "gone": "統合顧客がなくなりました",
        "moved": "別の統合顧客に統合されました",
    },
}
"""What settled the question which value holds, where that is not what settles the other."""

EFFECTS: Mapping[Language, Words] = {
    "en": {
        "created": "{id} is new.",
        "restored": "{id} is in use again.",
        "merged": "{id} is merged into {into}.",
        "deleted": "{id} is gone.",
        "changed": "{id} is changed.",
        "nothing": "No golden record changes.",
        "preview": "A preview: nothing was kept.",
        "repeated": "It held already, by decision {decision}.",
        "decision": "Decision {decision}: {what}.",
    },
    "ja": {
        "created": "{id} を新しく作成しました。",
        "restored": "{id} が復活しました。",
        "merged": "{id} は {into} に統合されました。",
        "deleted": "{id} はなくなりました。",
        "changed": "{id} が変わりました。",
        "nothing": "変わる統合顧客はありません。",
        "preview": "プレビューです。何も保存していません。",
        "repeated": "すでに判断 {decision} で決まっています。",
        "decision": "判断 {decision}: {what}。",
    },
}

PREVIEWS: Mapping[Language, Words] = {
    "en": {},
    "ja": {
        "created": "{id} を新しく作成します。",
        "restored": "{id} が復活します。",
        "merged": "{id} は {into} に統合されます。",
        "deleted": "{id} はなくなります。",
        "changed": "{id} が変わります。",
    },
}
"""Effects that have not come about, where the language tells that apart."""

HISTORY: Mapping[Language, Words] = {
    "en": {
        "created": "created",
        "changed": "changed",
        "took_in": "took in {others}",
        "merged_into": "merged into {others}",
        "split_off": "lost records to {others}",
        "restored": "in use again",
        "deleted": "gone",
        "erased": "erased",
        "decided": "decided",
        "by": "by {by}: {what}",
        "withdrawn": "taken back since",
        "and": ", ",
    },
    "ja": {
        "created": "作成",
        "changed": "変更",
        "took_in": "{others} を統合",
        "merged_into": "{others} に統合",
        "split_off": "{others} へ分割",
        "restored": "復活",
        "deleted": "消滅",
        "erased": "消去",
        "decided": "判断",
        "by": "{by}: {what}",
        "withdrawn": "その後取り消し",
        "and": "、",
    },
}

PINS: Mapping[Language, Words] = {
    "en": {
        "active": "active",
        "overridden": "overridden",
        "orphaned": "orphaned",
        "ended": "ended",
        "stale": "{state}, stale",
        "set": "Pin {id}: {field} of {profile} is {value}.",
        "taken": "{field} of {profile} is no longer pinned.",
    },
    "ja": {
        "active": "有効",
        "overridden": "後の固定が優先",
        "orphaned": "対象レコードなし",
        "ended": "解除済み",
        "stale": "{state}、情報源に新しい値あり",
        "set": "固定 {id}: {profile} の {field} を {value} に固定しました。",
        "taken": "{profile} の {field} の固定を解除しました。",
    },
}

RELATIONS: Mapping[Language, Words] = {
    "en": {
        "works_at": "works at",
        "contact_of": "contact of",
        "no_household": "No household is assumed: {why}.",
        "office": "an organisation is at the address",
        "block_of_flats": "the room is not known, and others there have one",
        "too_many_surnames": "the room is not known, and there are too many surnames",
        "too_many_people": "there are too many people",
    },
    "ja": {
        "works_at": "勤務先",
        "contact_of": "担当者",
        "household": "世帯",
        "person": "所属する人",
        "no_household": "世帯とはみなしません: {why}。",
        "office": "その住所に組織があります",
        "block_of_flats": "部屋番号が不明で、ほかの人には部屋番号があります",
        "too_many_surnames": "部屋番号が不明で、姓の種類が多すぎます",
        "too_many_people": "人数が多すぎます",
    },
}

SHOWN: Mapping[Language, Words] = {
    "en": {
        "closed": "closed",
        "skipped": "put off",
        "records": "{count} records",
        "profile": "{id}  {entity}  version {version}",
        "made_of": "{count} records: {records}",
        "pin": "Pin the one that holds: {command}",
        "if_same": "If they are the same:",
        "said": "{id} then says:",
    },
    "ja": {
        "closed": "解決済み",
        "skipped": "後回し",
        "records": "レコード {count} 件",
        "profile": "{id}  {entity}  第 {version} 版",
        "made_of": "レコード {count} 件: {records}",
        "pin": "正しい値を固定する: {command}",
        "if_same": "同一とした場合:",
        "said": "{id} の統合後の内容:",
    },
}
"""What stands between the parts of what is shown."""

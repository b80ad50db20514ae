"""The words of explanations, English and Japanese."""

from collections.abc import Mapping

from daifuku.records import Band

Words = Mapping[str, Mapping[str, str]]

BANDS: Mapping[str, Mapping[Band, str]] = {
    "en": {
        Band.MATCH: "A match",
        Band.POSSIBLE: "A possible match",
        Band.NON_MATCH: "No match",
    },
    "ja": {
        Band.MATCH: "同一",
        Band.POSSIBLE: "同一の可能性あり",
        Band.NON_MATCH: "別",
    },
}

SENTENCES: Words = {
    "en": {
        "verdict": "{band}: {percent} % likely one and the same ({weight} bits, from {prior}).",
        "comparison": "{field}: {level} ({values}), {weight}.",
        "values": "{a} / {b}",
        "relation": "It may as well be {relation}, {weight}.",
        "missing": "Nothing to compare: {fields}.",
        "and": ", ",
    },
    "ja": {
        "verdict": "{band}: 同一である確率 {percent} % (合計 {weight} ビット、事前 {prior})。",
        "comparison": "{field}: {level} ({values}) {weight}。",
        "values": "{a} / {b}",
        "relation": "{relation}としても説明できます {weight}。",
        "missing": "比較できない項目: {fields}。",
        "and": "、",
    },
}

FIELDS: Words = {
    "en": {
        "family name": "Family name",
        "given name": "Given name",
        "full name": "Name",
        "display name": "Display name",
        "birth date": "Birth date",
        "gender": "Gender",
        "email": "E-mail",
        "phone": "Telephone",
        "address": "Address",
        "identifier": "Identifier",
        "company": "Company",
        "branch": "Branch",
        "corporate number": "Corporate number",
        "web domain": "Web domain",
    },
    "ja": {
        "family name": "姓",
        "given name": "名",
        "full name": "氏名",
        "display name": "表示名",
        "birth date": "生年月日",
        "gender": "性別",
        "email": "メール",
        "phone": "電話",
        "address": "住所",
        "identifier": "識別子",
        "company": "会社名",
        "branch": "支店",
        "corporate number": "法人番号",
        "web domain": "ドメイン",
    },
}

LEVELS: Words = {
    "en": {
        "same": "the same",
        "same_reading": "the same reading",
        "swapped": "family and given name exchanged",
        "other_kanji": "the same reading, other kanji",
        "partly": "one character in common",
        "same_account": "the same account",
        "similar": "nearly the same",
        "initial": "the same initial",
        "unlike_reading": "another reading than expected",
        "differ": "different",
        "full": "the full name",
        "given": "the given name",
        "family": "the family name",
        "same_day_or_year": "the same day or year only",
        "same_role": "the same shared mailbox",
        "same_mailbox_name": "the same mailbox name at another provider",
        "same_domain": "the same domain",
        "same_mobile": "the same mobile",
        "same_line": "the same line",
        "same_shared": "the same shared line",
        "same_room": "the same room",
        "same_block": "the same block",
        "other_room": "another room of the same building",
        "same_town": "the same town",
        "same_city": "the same city",
        "same_core": "the same but for the legal form",
        "one_sided": "named on one side only",
    },
    "ja": {
        "same": "一致",
        "same_reading": "読みが一致",
        "swapped": "姓と名が入れ替わり",
        "other_kanji": "同音異字",
        "partly": "一字が一致",
        "same_account": "同じアカウント",
        "similar": "ほぼ一致",
        "initial": "頭文字が一致",
        "unlike_reading": "想定と異なる読み",
        "differ": "不一致",
        "full": "氏名と一致",
        "given": "名と一致",
        "family": "姓と一致",
        "same_day_or_year": "年または月日のみ一致",
        "same_role": "共用アドレスが一致",
        "same_mailbox_name": "別プロバイダで同じ名前",
        "same_domain": "ドメインが一致",
        "same_mobile": "携帯番号が一致",
        "same_line": "番号が一致",
        "same_shared": "代表番号が一致",
        "same_room": "部屋まで一致",
        "same_block": "番地まで一致",
        "other_room": "同じ建物の別の部屋",
        "same_town": "町が一致",
        "same_city": "市区町村が一致",
        "same_core": "法人格以外が一致",
        "one_sided": "片方のみ記載",
    },
}

RELATIONS: Words = {
    "en": {
        "household": "two of one household",
        "couple with two names": "a couple with two family names",
        "colleagues": "two colleagues",
        "neighbours": "two neighbours",
        "siblings of one birth": "twins",
        "group of companies": "two companies of one group",
        "tenants of one building": "two tenants of one building",
        "namesakes": "two companies of one name",
    },
    "ja": {
        "household": "同じ世帯の別人",
        "couple with two names": "別姓の夫婦",
        "colleagues": "同僚",
        "neighbours": "近所の別人",
        "siblings of one birth": "双子",
        "group of companies": "同じグループの別会社",
        "tenants of one building": "同じ建物の別会社",
        "namesakes": "同名の別会社",
    },
}

RULES: Words = {
    "en": {},
    "ja": {
        "e-mail": "メール",
        "telephone": "電話",
        "identifier": "識別子",
        "name": "氏名",
        "name as written": "氏名の表記",
        "birth date and family": "生年月日と姓",
        "birth date and given": "生年月日と名",
        "place and family": "番地と姓",
        "place and given": "番地と名",
        "town and name": "町と氏名",
        "company and family": "会社と姓",
        "company and given": "会社と名",
        "mailbox name": "メールの名前部分",
    },
}

WHY: Words = {
    "en": {
        "one": "They are one golden record.",
        "two": "They are two golden records.",
        "compared": "Compared because they share: {rules}.",
        "over_cap": "Not compared: what they share, too many others share too: {rules}.",
        "no_shared_key": "Not compared: they share nothing that records are looked up by.",
        "key": "{rule} (shared by {bearers}, at most {cap})",
        "itself": "Their own evidence joins them.",
        "through": "What joins them goes through {count} others.",
        "same": "A steward said that they are the same.",
        "joined": "Equal once normalised, or joined by the sum of the pairs between their groups.",
        "decision": "A steward said that they are different.",
        "one_per_source": "{source} has each customer once, and has both of them.",
        "below_threshold": "No pair of their records reaches a match: the best has {weight} bits, "
        "{needed} are needed.",
        "contradiction": "Some of their records match, but the pairs between them together speak "
        "against it ({total} bits).",
        "rest": "Their pairs speak for it ({total} bits), but one of them joined others first.",
        "voice": "{a} / {b} speaks against it: {says} bits.",
    },
    "ja": {
        "one": "同じ統合顧客です。",
        "two": "別々の統合顧客です。",
        "compared": "次が共通のため照合しました: {rules}。",
        "over_cap": "照合していません。共通の値を持つレコードが多すぎます: {rules}。",
        "no_shared_key": "照合していません。検索の手がかりとなる共通の値がありません。",
        "key": "{rule} (該当 {bearers} 件、上限 {cap} 件)",
        "itself": "この2件自身の一致により統合されています。",
        "through": "ほかの {count} 件を介してつながっています。",
        "same": "担当者が同一と判断しました。",
        "joined": "正規化すると等しいか、組どうしの一致の合計により統合されています。",
        "decision": "担当者が別と判断しました。",
        "one_per_source": "{source} は一顧客に一件だけを持つ情報源で、両方が別々に載っています。",
        "below_threshold": "一致に届く組がありません。最大 {weight} ビット、必要 {needed} ビット。",
        "contradiction": "一致するレコードもありますが、すべての組の合計は不一致を示しています"
        " ({total} ビット)。",
        "rest": "合計は一致を示しています ({total} ビット) が、片方が先に別のレコードと"
        "統合されました。",
        "voice": "{a} / {b} は不一致を示しています: {says} ビット。",
    },
}

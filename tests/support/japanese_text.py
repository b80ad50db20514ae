"""Strategies for text as customer records hold it, and for text no one should send."""

from hypothesis import strategies as st

_PIECES = (
    *(
        "山田",
        "佐藤",
        "髙橋",
        "渡邉",
        "大野",
        "小野",
        "王",
        "東",
        "斎藤",
        "中嶋",
        "中島",
        "長谷川",
        "鈴木",
    ),
    *("太郎", "裕子", "誠", "京子", "学", "一郎", "さくら", "美咲", "々", "健太"),
    *(
        "ヤマダ",
        "ﾔﾏﾀﾞ",
        "タロウ",
        "たろう",
        "オノ",
        "オオノ",
        "キヨウコ",
        "サトウ",
        "ー",
        "゛",
        "ッ",
    ),
    *(
        "Yamada",
        "Taro",
        "TARO",
        "Robert",
        "Bob",
        "Smith",
        "J.",
        "Müller",
        "van",
        "der",
        "Ono",
        "Ohno",
        "Dr.",
    ),
    *("様", "さん", "御中", "Jr.", "(旧姓)", "（ヤマダ）", "김철수"),
    *(
        "株式会社",
        "(株)",
        "㈱",
        "カ)",
        "(カ",
        "有限会社",
        "Co., Ltd.",
        "GmbH",
        "Inc.",
        "アクメ",
        "Acme",
    ),
    *("東京支店", "営業部", "大阪", "センター", "&", "・"),
    *(
        "東京都",
        "千代田区",
        "丸の内",
        "府中市",
        "六本木",
        "一丁目",
        "1",
        "2-3",
        "番地",
        "号",
        "ビル",
        "405",
        "字",
    ),
    *("Main Street", "Apt. 4B", "62704", "#", "京都市中京区", "上る", "ノ", "ヶ", "〒100-0005"),
    *("03-1234-5678", "090", "0120-123-456", "+81", "内線", "(代)", "/", "0000", "+1 650-253-0000"),
    *("taro@example.com", "info@example.co.jp", "@", "+x", "例え.jp", "test@example.com"),
    *("2023-04-01", "昭和60年4月1日", "H05", "03/04/2023", "元年", "1900-01-01"),
    *("7000012050002", "T7000012050002", "100-0005"),
    *(" ", "　", ",", "、", "-", "−", "\t", "\u200b", "\ufe00", "\U000e0100"),
)


def customer_text() -> st.SearchStrategy[str]:
    """Pieces of real values in any order: what normalisers meet, and what confuses them."""
    return st.lists(st.sampled_from(_PIECES), max_size=6).map("".join)


def any_text() -> st.SearchStrategy[str]:
    """Any text at all, with control characters, emoji and lone surrogates."""
    return st.text(st.characters(), max_size=60)

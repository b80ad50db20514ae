"""What a question of a form asks for, by its wording in Japanese or English."""

import re
import unicodedata

_MARKS = re.compile(
    r"[(\[【<《]\s*(?:必須|任意|required|optional)[^)\]】>》]*[)\]】>》]|[※*＊]+\s*(?:必須|任意)?|"
    r"^(?:必須|任意)(?=\W)|^\W*(?:q(?:uestion)?\s*)?\d{1,2}\s*[.):、．：]\s*"
)
_REQUEST = re.compile(
    r"\s*(?:をお聞かせください|をお教えください|を(?:教えて|ご?記入|ご?入力|お?書き|お?選び|ご?選択)\S*"
    r"|は(?:何|なん)ですか|(?:は|を)?お?いくつですか)?[\s。.?？:：!！]*$"
)
_ASKING = re.compile(
    r"^(?:please )?(?:enter|provide|write|tell us|give us)? ?"
    r"(?:(?:what|which)(?:'s| is| are)? )?(?:is )?(?:your |the )?"
)
_SOMEBODY_ELSE = re.compile(
    r"紹介|友人|友達|家族|配偶者|緊急|上司|同僚|保護者|お子|ペット|相手|送り先|お届け先"
    r"|\b(?:refer\w*|friend\w*|emergency|spouse|colleague\w*|manager'?s|parent\w*|child\w*|pet\w*"
    r"|guest\w*|recipient\w*)\b"
)
_NOT_CONTACT = re.compile(
    r"(?<![a-z])fax|ファ[ック]|時間|希望日|機種|曜日|規模|人数|業種|ご?要望|理由|方法"
    r"|ニックネーム|ハンドル|アカウント|ユーザー名|商品名|製品名|店舗名"
    r"|\bsize\b|\btime\b|\bprefer\w*|\b(?:nick|user|file|product)\s?name"
)
_NAMES = r"(?:お?名前|氏名|ご?芳名)"
_PERSON = rf"(?:ご?担当者?(?:様|さま)?の?)?{_NAMES}|ご?担当者(?:様|さま)?名?"
_KANA = r"(?:フリガナ|ふりがな|カナ|かな|よみがな|読み(?:方|仮名)?|furigana|kana)"
_COMPANY = r"(?:御社|貴社|ご?勤務先|お?勤め先|会社|法人|企業|団体|組織|所属(?:会社|企業|団体))"

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("marketing_consent", r"メールマガジン|メルマガ|ニュースレター|newsletter"),
    ("marketing_consent", r"marketing (?:e ?mail|consent)"),
    ("privacy_consent", r"個人情報|プライバシー|privacy"),
    ("family_kana", rf"^(?:セイ|せい|(?:姓|氏|苗字|名字)\W*{_KANA}\W*)$"),
    ("family_kana", rf"^(?:last|family) name {_KANA}$"),
    ("given_kana", rf"^(?:メイ|めい|名\W*{_KANA}\W*|(?:first|given) name {_KANA})$"),
    ("company_kana", rf"^{_COMPANY}.*{_KANA}"),
    ("name_kana", rf"^(?:{_PERSON})?の?\W*{_KANA}\W*$|^(?:full )?name {_KANA}$"),
    ("family_name", r"^(?:姓|氏|苗字|名字)(?:\W.*)?$|^(?:last|family) ?name$|^surname$|^sei$"),
    ("given_name", r"^名(?:\W.*)?$|^(?:first|given) ?name$|^forename$|^mei$"),
    ("name", rf"^(?:{_PERSON})(?:\W.*)?$|^(?:full |contact |customer )?name$|^fullname$"),
    ("company", rf"^{_COMPANY}(?:・(?:団体|組織|店舗|屋号))*名?(?:称)?(?:\W.*)?$"),
    ("company", r"^(?:company|organi[sz]ation|employer|business)(?: ?name)?$"),
    ("company", r"^company (?:do|are) you "),
    ("department", r"^ご?所属(?:部署)?名?$|部署|^department(?: name)?$|^division$"),
    ("job_title", r"役職|^(?:job )?title$|^position$|^role$"),
    ("corporate_number", r"法人番号|corporate number"),
    ("customer_number", r"(?:お客様|顧客|会員)\s?(?:番号|コード|id)"),
    ("customer_number", r"(?:customer|member(?:ship)?) (?:number|no|id)$"),
    ("birth_date", r"生年月日|誕生日|birth ?(?:day|date)|date of birth"),
    ("gender", r"^性別|^gender|^sex$"),
    ("postal_code", r"郵便番号|^〒|^(?:zip|postal|post)(?: ?code)?(?:\W.*)?$"),
    ("region", r"都道府県|^prefecture|^(?:state|province|region)(?:\W.*)?$"),
    ("city", r"市区?町村|^(?:city|town)(?:\W.*)?$"),
    ("street", r"番地|丁目|^street(?: address)?$|^address (?:line )?1$"),
    ("building", r"建物|ビル名|マンション名?|^building|^address (?:line )?2$"),
    ("country", r"^(?:国|国名|お?住まいの国)$|^country(?:\W.*)?$"),
    ("email", r"メール(?!ボックス)|e ?mail|^mail$"),
    ("phone", r"電話|携帯|(?<![a-z])tel(?:ephone)?(?![a-z])|\b(?:phone|mobile|cell)\b"),
    ("address", r"住所|所在地|お?住まい$|^(?:home |mailing |postal |company )?address$"),
    ("website", r"ホームページ|ウェブサイト|\burl\b|\bweb ?site\b"),
    ("subject", r"^(?:件名|タイトル|ご?用件|subject|topic)$"),
    ("subject", r"^お?問い?合わ?せ(?:の?(?:項目|種別|種類|内容))?$"),
)
MEANINGS = frozenset(meaning for meaning, _ in _PATTERNS)
"""Everything that a question can ask for."""

_COMPILED = tuple((meaning, re.compile(pattern)) for meaning, pattern in _PATTERNS)


def meaning_of(title: str, known: str = "") -> str:
    """What is asked for: `name`, `email`, `phone`, `company` and so on, "" where it is unknown.

    `known` is what the source itself says of the question, if anything. A question about somebody
    else (an introducer, an emergency contact) means nothing: its answer must not join two people.
    """
    text = _plain(title)
    if _SOMEBODY_ELSE.search(text) or (_NOT_CONTACT.search(text) and "メール" not in text):
        return ""
    found = next((meaning for meaning, pattern in _COMPILED if pattern.search(text)), "")
    return known if known and not found.endswith("_consent") else found


def _plain(title: str) -> str:
    """The question without numbering, marks of duty, and words of asking; folded to lower case."""
    text = unicodedata.normalize("NFKC", title).lower().replace("_", " ").replace("-", " ")
    text = _MARKS.sub("", text.replace("e mail", "email")).strip()
    text = _REQUEST.sub("", text).strip(" \t\r\n:")
    return _ASKING.sub("", text, count=1).strip() if text.isascii() else text

"""What a single line of a signature may hold, and the words by which it is recognised."""

import re
import unicodedata

NUMBER = r"\+?\(?\d[\d\s().‐‑‒–—―−ー-]{7,20}\d"
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'）)】」]{3,200}", re.I)
POSTAL = re.compile(r"(?:〒\s*|郵便番号[:\s]*)(\d{3}[‐‑–—−ー-]?\d{4})|^(\d{3}-\d{4})(?=\s)")
LABELLED_NUMBER = re.compile(
    r"(?P<fax>fax|ファックス|ファクス|ﾌｧｯｸｽ|ファクシミリ|F(?=\s*[.:/]))"
    r"|(?P<mobile>mobile|cell|携帯電話|携帯|M(?=\s*[.:]))"
    r"|(?P<tel>tel|telephone|phone|電話番号|電話|代表|直通|☎|℡|📞|P(?=\s*[.:])|T(?=\s*[.:])|内線)"
    rf"|(?P<number>{NUMBER})",
    re.I,
)
LEGAL_FORM = re.compile(
    r"(?:株式会社|有限会社|合同会社|合資会社|合名会社|相互会社|一般社団法人|一般財団法人"
    r"|公益社団法人|公益財団法人|社団法人|財団法人|医療法人(?:社団|財団)?|学校法人|宗教法人"
    r"|社会福祉法人|特定非営利活動法人|NPO法人|独立行政法人|国立大学法人|農業協同組合|協同組合"
    r"|\((?:株|有|同|資|名|合|社|財|一社|一財|公社|公財|医|学|福|宗|特非)\)|^(?:カ|ユ|ド|シ|メ|フク|ガク)\))"
    r"|\b(?:Inc|Ltd|LLC|L\.L\.C|Corp|Corporation|Co|Company|GmbH|AG|PLC|LLP|K\.?K|S\.A|B\.V|Pty)"
    r"\b\.?(?=\s*(?:$|[,.)/|]))",
    re.I,
)
WORKPLACE = re.compile(r"(?:大学|病院|クリニック|市役所|区役所|高等学校|銀行|商店|事務所|協会)$")
SURNAME_LIKE_A_DEPARTMENT = re.compile(
    r"(?:阿|安|服|長谷|矢|渡|岡|磯|園|綾|宮|日下|軽|刑|曽我|長曽我|海部|谷田)部|部"
)
DEPARTMENT = re.compile(
    r"(?:事業部|本部|支社|支店|支部|営業所|センター|チーム|グループ|部門|統括部|部|課|室|係|局)$"
    r"|\b(?:Department|Dept\.?|Division|Office|Team|Group|Unit)\b|^[A-Za-z ]+ Dept\.?$",
    re.I,
)
TITLE = re.compile(
    r"^(?:代表取締役(?:社長|会長|副社長)?|取締役(?:会長|社長)?|代表社員|代表理事|代表|会長|社長|副社長"
    r"|専務(?:取締役)?|常務(?:取締役)?|(?:執行|監査)役員?|理事長|理事|本部長|事業部長|支社長|支店長"
    r"|部長(?:代理)?|副部長|次長|課長(?:代理|補佐)?|係長|主任|主査|主事|主幹|室長|所長|店長|副店長|工場長"
    r"|センター長|院長|園長|校長|教授|准教授|助教|講師|弁護士|税理士|公認会計士|司法書士|社会保険労務士"
    r"|シニア\S{2,12}|チーフ\S{0,12}|マネージャー?|マネジャー|リーダー|ディレクター|エンジニア|デザイナー|バイヤー|プランナー|アドバイザー|オーナー|スタッフ"
    r"|コンサルタント|アシスタント|プロデューサー|スーパーバイザー|秘書|担当部長|担当課長)$"
    r"|\b(?:Manager|Director|Engineer|President|Officer|C[EFTOI]O|VP|Vice President|Head of .{2,40}"
    r"|Assistant|Consultant|Specialist|Representative|Analyst|Designer|Developer|Founder|Owner"
    r"|Partner|Executive|Supervisor|Coordinator|Secretary|Professor|Attorney|Accountant)\b",
    re.I,
)
PREFECTURE = re.compile(r"(?:東京都|北海道|京都府|大阪府|[\u4e00-\u9fff]{2,3}県)")
PLACE = re.compile(
    r"[\u4e00-\u9fffぁ-んァ-ヶ]{1,8}[市区町村郡][\u4e00-\u9fffぁ-んァ-ヶ]*.{0,20}\d"
    r"|^\d{1,5}\s+[A-Z][\w. ]+(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln)\b",
    re.I,
)
BUILDING = re.compile(
    r"(?:ビル|タワー|マンション|\d\s*(?:階|F|号室)|プラザ|会館|ハイツ|コーポ)", re.I
)
JAPANESE_NAME = re.compile(r"[\u4e00-\u9fff々〆ヶ]{1,4}[ ]?[\u4e00-\u9fff々ヶぁ-んァ-ヶ]{1,5}")
WESTERN_NAME = re.compile(
    r"(?:(?:Dr|Mr|Ms|Mrs|Prof)\.? )?[A-ZÀ-Þ][\w'’.À-ÿ-]*(?: [A-ZÀ-Þ][\w'’.À-ÿ-]*){1,3}"
)
FOREIGN_NAME = re.compile(r"[ァ-ヶー]{2,12}(?:[・= ][ァ-ヶー]{2,12}){1,3}")
KANA_NAME = re.compile(r"[ぁ-んァ-ヶー]{2,12}[ ・]?[ぁ-んァ-ヶー]{0,12}")
NAME_LABEL = re.compile(r"^(?:氏名|お?名前|担当者?名?|Name|文責|発信者)\s*[:：/]\s*", re.I)
KANA_LABEL = re.compile(r"^(?:ふりがな|フリガナ|よみがな|読み)\s*[:：/]\s*")
FIELD_LABEL = re.compile(
    r"^(?:会社名?|勤務先|所属|部署|役職|住所|所在地|本社|Company|Title|Address|Add|E-?mail|Mail|メール"
    r"|メールアドレス|URL|HP|Web|Website|ホームページ)\s*[:：/]\s*",
    re.I,
)
NOT_A_NAME = re.compile(
    r"時間|定休|受付|平日|土日|祝日|年中|営業|会社|住所|電話|内線|直通|担当|以上|各位|御中|部署|所属|本社"
    r"|工場|添付|資料|登録|番号|国内|海外|公式|無料"
)
LINK_LABEL = re.compile(
    r"(?:^|(?<=\s))(?:e-?mail|mail|メール(?:アドレス)?|url|hp|web(?:site)?)[\s:：/]*$", re.I
)
CLOSING = re.compile(
    r"^(?:best(?: regards| wishes)?|(?:kind|warm|many)(?:est)? (?:regards|thanks)|regards|sincerely"
    r"|yours (?:sincerely|faithfully|truly)|thanks(?: and regards)?|thank you|cheers"
    r"|敬具|草々|以上)[,.、。!]?$",
    re.I,
)
APP_FOOTER = re.compile(
    r"^(?:Sent from |Get Outlook for|iPhoneから送信|Androidから送信|私の\S+から送信|Yahoo!?メール)",
    re.I,
)
DECORATION = " \t*・■□◆◇●○★☆▼▽▲△※◎|｜/／,、:："


def folded(line: str) -> str:
    """The line with compatibility forms folded (full-width digits and letters, ㈱) and trimmed."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", line)).strip(DECORATION)


def is_rule(line: str) -> bool:
    """Whether the line is drawn, not written: `━━━━`, `----`, `☆＊:･ﾟ`, `＿＿＿`."""
    drawn = re.sub(r"\s", "", line)
    return len(drawn) >= 4 and not any(char.isalnum() and char not in "ーｰ一ﾟoO〇" for char in drawn)

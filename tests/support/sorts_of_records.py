"""Made-up records of every sort that normalisation knows, the same in every process."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import product

from daifuku.records import Address, Entity, Identifier, MappedRecord, RecordKey

AT = datetime(2026, 4, 1, tzinfo=UTC)

FAMILIES = (
    *(
        ("山田", "ヤマダ", "Yamada"),
        ("髙橋", "タカハシ", "Takahashi"),
        ("渡邊", "ワタナベ", "Watanabe"),
    ),
    *(("齋藤", "サイトウ", "Saito"), ("大野", "オオノ", "Ohno"), ("小野", "オノ", "Ono")),
    *(
        ("佐々木", "ササキ", "Sasaki"),
        ("長谷川", "ハセガワ", "Hasegawa"),
        ("東", "ヒガシ", "Higashi"),
    ),
    *(("御手洗", "ミタライ", "Mitarai"), ("森", "モリ", "Mori"), ("本間", "ホンマ", "Honma")),
)
GIVENS = (
    *(("太郎", "タロウ", "Taro"), ("京子", "キョウコ", "Kyoko"), ("健一", "ケンイチ", "Ken'ichi")),
    *(("さくら", "サクラ", "Sakura"), ("翔", "ショウ", "Shoh"), ("美咲", "ミサキ", "Misaki")),
    *(("純一郎", "ジュンイチロウ", "Junichiro"), ("奈々", "ナナ", "Nana")),
)
WRITINGS = (
    *("{0}{3}", "{0} {3}", "{0}　{3}　様", "{3} {0}", "{0}{3}殿", "{0} {3}（{1} {4}）", "{1}{4}"),
    *("{1}　{4}", "{2} {5}", "{5} {2}", "{2}, {5}", "Dr. {0}{3}", "Mr. {0}", "{0}先生", "{0}"),
    *("Prof. {0} {3} 様", "{5} {0}", "株式会社アクメ {0}{3}", "{3}ちゃん", "{2} {5}-san", "Dr {2}"),
)
WESTERN = (
    *(
        "John Smith",
        "SMITH John",
        "Smith, John",
        "Dr. John A. Smith Jr.",
        "Bob O'Brien",
        "M. Dupont",
    ),
    *("Ludwig van Beethoven", "Jürgen Müller", "Juergen Mueller", "José García López", "Æsa Øst"),
    *("Mme Curie", "Anne-Marie", "MD", "Sir", "Miss", "Prof. Dr. Herr Groß", "李小龍", "김철수"),
    *(
        "不明",
        "テスト",
        "guest",
        "N/A",
        "---",
        "",
        "々",
        "ー",
        "İbrahim Şahin",
        "Анна Каренина",
        "様",
    ),
)
COMPANIES = (
    *(
        "株式会社アクメ商事",
        "（株）アクメ商事",
        "㈱アクメ商事",
        "アクメ商事㈱ 大阪支店",
        "ACME Corp.",
    ),
    *(
        "アクメ商事株式会社 営業部",
        "Acme Co., Ltd.",
        "ACME TRADING K.K.",
        "有限会社 山田屋",
        "㈲山田屋",
    ),
    *(
        "合同会社さくら",
        "一般財団法人 みらい財団",
        "医療法人社団 翔和会",
        "Müller GmbH & Co. KG",
        "山田",
    ),
    *(
        "国立大学法人 東西大学",
        "カ）アクメショウジ",
        "The Acme Company, Inc.",
        "アクメ・ジャパン",
        "",
    ),
)
PHONES = (
    *(
        "090-1234-5678",
        "０９０－１２３４－５６７８",
        "+81 90 1234 5678",
        "0081-90-1234-5678",
        "03-1234-5678",
    ),
    *("(06) 6123-4567 内線12", "06-6123-4567(代)", "0120-123-456", "03-1234-5678 / 090-8765-4321"),
    *(
        "+1 650-253-0000",
        "1-650-253-0000",
        "+44 20 7946 0018",
        "000-0000-0000",
        "12345",
        "0570-01-2345",
    ),
    *(
        "0312345678",
        "03−1234−5678",
        "050-1234-5678",
        "tel: 045-123-4567 ext. 9",
        "+49 30 901820",
        "",
    ),
)
ADDRESSES = (
    *(
        "〒160-0023 東京都新宿区西新宿2-8-1",
        "東京都新宿区西新宿二丁目８番１号",
        "新宿区西新宿2丁目8-1",
    ),
    *("東京都港区六本木6-10-1 六本木ヒルズ森タワー 301号室", "大阪府大阪市北区梅田3丁目1番3号"),
    *(
        "京都府京都市中京区寺町通御池上る上本能寺前町488",
        "北海道札幌市中央区北1条西2丁目",
        "千代田区",
    ),
    *(
        "三重県四日市市諏訪町1-5",
        "愛知県名古屋市中区三の丸三丁目1番2号",
        "東京都",
        "大字広野字谷1番地",
        "",
    ),
    *("1600 Amphitheatre Parkway, Mountain View, CA 94043", "10 Downing Street, London SW1A 2AA"),
    *("Musterstraße 12, 10115 Berlin", "350 5th Ave Apt 12B, New York, NY 10118", "somewhere"),
)
EMAILS = (
    *("Taro.Yamada@Example.co.jp", "taro.yamada+news@gmail.com", "taroyamada@googlemail.com"),
    *("info@acme.example.jp", "noreply@example.com", "test@example.com", "taro..y@docomo.ne.jp"),
    *("ｔａｒｏ@example.jp", "山田@example.jp", "taro@日本語.example", "not an address", "a@b", ""),
    *("sales@acme.example.com", "mailto:hanako@example.org", "Hanako <hanako@example.org>"),
)
DATES = (
    *(
        "1980-04-01",
        "1980/4/1",
        "昭和55年4月1日",
        "S55.4.1",
        "平成元年1月8日",
        "令和２年２月２９日",
        "19800401",
    ),
    *(
        "1900-01-01",
        "2000-01-01",
        "1980-13-01",
        "01.04.1980",
        "April 1, 1980",
        "１９８０年４月１日",
        "",
    ),
)
NUMBERS = ("7000012050002", "T7000012050002", "7-0000-1205-0002", "7000012050003", "123", "")
WEBSITES = (
    "https://www.acme.example.jp/about",
    "ACME.example.com",
    "http://例え.example:8080/",
    "-",
)


def sorts_of_records() -> list[MappedRecord]:
    """Some thousand persons and organisations."""
    return [*_named(), *_western(), *_contacts(), *_companies()]


def _named() -> Iterator[MappedRecord]:
    for (number, parts), writing in product(enumerate(product(FAMILIES, GIVENS)), WRITINGS):
        (family, given), place = parts, WRITINGS.index(writing)
        if (number + place) % 2 == 0:
            yield _person(f"n{number}.{place}", name=writing.format(*family, *given))
    for number, (family, given) in enumerate(product(FAMILIES, GIVENS)):
        fields = {"family_name": family[number % 3], "given_name": given[number % 3]}
        kana = (
            {"family_kana": family[1], "name_kana": f"{family[1]}{given[1]}"} if number % 2 else {}
        )
        yield _person(f"p{number}", **fields, **kana, display_name=given[2])


def _western() -> Iterator[MappedRecord]:
    for number, name in enumerate(WESTERN):
        yield _person(f"w{number}", name=name, gender=("男", "F", "x", None)[number % 4])
        yield _person(f"d{number}", display_name=name, family_name=name)


def _contacts() -> Iterator[MappedRecord]:
    for number in range(120):
        family, given = FAMILIES[number % len(FAMILIES)], GIVENS[number % len(GIVENS)]
        yield _person(
            f"c{number}",
            name=f"{family[0]} {given[0]}",
            phones=(_of(PHONES, number), _of(PHONES, number + 7)),
            emails=(_of(EMAILS, number), _of(EMAILS, number + 5)),
            addresses=(Address(text=_of(ADDRESSES, number)),),
            birth_date=_of(DATES, number),
            organization=_of(COMPANIES, number),
            identifiers=(Identifier("customer_number", f"Ｃ－{number % 9}"),),
        )


def _companies() -> Iterator[MappedRecord]:
    for number, name in enumerate(COMPANIES * 3):
        yield MappedRecord(
            key=RecordKey("corpus", "companies", str(number)),
            entity=Entity.ORGANIZATION,
            observed_at=AT,
            name=name,
            corporate_number=_of(NUMBERS, number),
            website=_of(WEBSITES, number),
            phones=(_of(PHONES, number),),
            emails=(_of(EMAILS, number),),
            addresses=(Address(text=_of(ADDRESSES, number), postal_code="1600023"),),
        )


def _of(values: Sequence[str], number: int) -> str:
    return values[number % len(values)]


def _person(key: str, **fields: object) -> MappedRecord:
    name = RecordKey("corpus", "people", key)
    return MappedRecord(
        **{"key": name, "entity": Entity.PERSON, "observed_at": AT, **fields}  # type: ignore[arg-type]
    )

"""What the company sells. Imaginary tea and tableware, in yen."""

from typing import NamedTuple

from demo.world.chance import Chance

COMPANY = "株式会社大福茶舗"
COMPANY_ENGLISH = "Daifuku Chaho Co., Ltd."
DOMAIN = "daifuku-chaho.example"
SHOP_ADDRESS = f"shop@{DOMAIN}"
WEBSITE = f"https://www.{DOMAIN}"


class Product(NamedTuple):
    sku: str
    name: str
    price: int


PRODUCTS = tuple(
    Product(*row)
    for row in (
        ("TEA-SEN-100", "深蒸し煎茶 100g", 1200),
        ("TEA-GYO-050", "玉露 50g", 2400),
        ("TEA-HOJ-200", "ほうじ茶 200g", 900),
        ("TEA-GEN-200", "玄米茶 200g", 800),
        ("TEA-MAT-030", "抹茶 30g缶", 1900),
        ("TEA-BAG-050", "煎茶ティーバッグ 50袋", 1500),
        ("POT-KYU-001", "常滑焼 急須 朱泥", 5800),
        ("CUP-YUN-002", "有田焼 湯呑み 2客", 4200),
        ("CUP-MUG-001", "益子焼 マグカップ", 2600),
        ("PLT-MIN-005", "美濃焼 銘々皿 5枚", 3900),
        ("TRA-LAC-001", "漆塗りのお盆", 7200),
        ("BOX-GFT-003", "詰め合わせギフト 三種", 3300),
    )
)


def basket(draw: Chance, *, wholesale: bool) -> list[tuple[Product, int]]:
    """One to four products and how many of each."""
    most = 40 if wholesale else 3
    return [(draw.pick(PRODUCTS), draw.number(1, most)) for _ in range(draw.number(1, 4))]


def total(items: list[tuple[Product, int]]) -> int:
    return sum(product.price * quantity for product, quantity in items)

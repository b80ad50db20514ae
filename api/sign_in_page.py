"""The page that a browser shows once it has come back from signing in to a source."""

from collections.abc import Mapping

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The page's own address holds the code: nothing keeps it or hands it on."""

_FRAME = (
    '<!doctype html><html lang="ja"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title>'
    '<h1>{title}</h1><p>{ja}</p><p lang="en">{en}</p></html>'
)

SIGNED_IN = _FRAME.format(
    title="サインインしました",
    ja="このページは閉じてかまいません。",
    en="You have signed in. You may close this page.",
)
NOT_SIGNED_IN = _FRAME.format(
    title="サインインできませんでした",
    ja="このページを閉じて、元の画面の案内に従ってください。",
    en="Signing in did not work. Close this page; where you began it is said why.",
)

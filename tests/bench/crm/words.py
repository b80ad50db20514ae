"""The vocabularies of the CRM world: names, nicknames, streets, towns, companies.

Everyday first names and their short forms are listed; all that is rare (surnames, streets, towns,
companies, the tail of first names) is put together from syllables. Frequencies fall as names' do:
Zipf's law with an offset (Mandelbrot).
"""

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float64]


def _listed(text: str) -> list[str]:
    return text.split()


MEN = _listed(
    "james robert john michael william david richard joseph thomas charles christopher daniel "
    "matthew anthony mark steven andrew paul joshua kenneth kevin brian george edward ronald "
    "timothy jason jeffrey ryan jacob nicholas gary eric jonathan stephen larry justin scott "
    "brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry tyler "
    "aaron henry douglas peter adam nathan zachary walter kyle harold carl jeremy arthur roger "
    "keith lawrence terry albert austin joe christian willie billy bryan bruce louis philip "
    "vincent martin ernest leonard stanley victor oscar hugo felix simon ralph eugene russell"
)
WOMEN = _listed(
    "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty "
    "sandra margaret ashley kimberly emily donna michelle carol amanda melissa deborah stephanie "
    "rebecca laura sharon cynthia dorothy amy kathleen angela shirley brenda emma anna pamela "
    "nicole samantha katherine christine helen debra rachel carolyn janet maria catherine heather "
    "diane olivia julie joyce victoria ruth virginia lauren kelly christina joan evelyn judith "
    "andrea hannah megan cheryl jacqueline martha madison teresa gloria sara janice ann abigail "
    "sophia frances jean alice judy isabella julia grace denise amber marilyn beverly alexandra"
)
NICKNAMES = {
    "william": "bill will billy", "robert": "bob rob bobby", "james": "jim jimmy jamie",
    "john": "johnny jon", "michael": "mike mick", "richard": "rick dick richie",
    "joseph": "joey jo", "thomas": "tom tommy", "charles": "charlie chuck",
    "christopher": "chris kit", "daniel": "dan danny", "matthew": "matt", "anthony": "tony",
    "steven": "steve", "stephen": "steve", "andrew": "andy drew", "joshua": "josh",
    "kenneth": "ken kenny", "edward": "ed eddie ted", "ronald": "ron", "timothy": "tim",
    "jeffrey": "jeff", "jacob": "jake", "nicholas": "nick", "jonathan": "jon",
    "benjamin": "ben", "samuel": "sam sammy", "gregory": "greg", "alexander": "alex sandy",
    "raymond": "ray", "patrick": "pat paddy", "nathan": "nate", "zachary": "zach",
    "lawrence": "larry", "albert": "al bert", "philip": "phil", "vincent": "vince",
    "leonard": "leo len", "henry": "harry hank", "douglas": "doug", "walter": "walt",
    "elizabeth": "liz beth betsy", "patricia": "pat patty tricia", "jennifer": "jen jenny",
    "barbara": "barb", "susan": "sue susie", "jessica": "jess", "margaret": "maggie peggy meg",
    "kimberly": "kim", "emily": "em", "michelle": "shelly", "amanda": "mandy",
    "melissa": "mel", "deborah": "deb debbie", "stephanie": "steph", "rebecca": "becky",
    "cynthia": "cindy", "dorothy": "dot", "kathleen": "kathy", "angela": "angie",
    "pamela": "pam", "nicole": "nicky", "samantha": "sam", "katherine": "kate katie kathy",
    "christine": "chris chrissy", "catherine": "cathy kate", "victoria": "vicky tori",
    "virginia": "ginny", "christina": "tina", "jacqueline": "jackie", "teresa": "terry tess",
    "abigail": "abby", "sophia": "sophie", "isabella": "bella", "frances": "fran",
    "alexandra": "alex sandy", "madison": "maddie", "judith": "judy", "sandra": "sandy",
}  # fmt: skip
SURNAMES = _listed(
    "smith johnson williams brown jones miller davis wilson anderson taylor thomas moore jackson "
    "martin lee thompson white harris clark lewis robinson walker young allen king wright scott "
    "hill green adams nelson baker hall campbell mitchell carter roberts phillips evans turner "
    "parker collins edwards stewart morris murphy cook rogers morgan cooper peterson reed bailey "
    "kelly howard ward cox richardson wood watson brooks bennett gray hughes price myers long"
)

_ROOTS = _listed(
    "ash black bram brook burn cald carl chad clay cob cran dal dun east elm fair farn field fox "
    "gar glen gran hal ham hart haw hazel hol horn hurst kel ken kirk lam lang lin lock marl mel "
    "mill mor nor oak oat pem pen pres quin rad ram red rook rush sal sand sel shel sher sil som "
    "stan stock sun thorn til tor under wal war wend west whit wil win wol york"
)
_ENDS = _listed(
    "ton ley field ford worth wood man son by ham well ridge stead combe don bury more land gate "
    "den shaw holt croft wick ing er bank cott house low side way stone brook thorpe"
)
_MIDDLES = ("", "e", "er", "ing", "in", "a")
_STREETS = _listed("street road avenue lane drive close way court terrace hill row gardens")
_TRADES = _listed(
    "foods logistics design systems textiles motors energy media timber paper tools software "
    "marine optics ceramics travel stationery plumbing catering interiors robotics"
)
_FORMS = ("ltd", "inc", "group", "llc", "partners")
_GIVEN_STARTS = _listed(
    "al bel cor dar el fen gal hel ir jor kal lor mar nor or per ros sel tar ver"
)
_MALE_ENDS = _listed("ian on us ric win ard o en rick mond ton bert iel as ander im")
_FEMALE_ENDS = _listed("a ina ette ia elle ane ine issa inda ora wyn lyn ie ora eth ana")


def zipf(count: int, offset: float, slope: float) -> Weights:
    """Cumulated shares of `count` ranks, each in proportion to (rank + offset) ** -slope."""
    shares = (np.arange(1.0, count + 1) + offset) ** -slope
    return np.cumsum(shares / shares.sum())


def first_names(listed: Sequence[str], ends: Sequence[str]) -> list[str]:
    tail = (
        start + middle + end
        for middle, end, start in itertools.product(("", "e", "an"), ends, _GIVEN_STARTS)
    )
    return list(dict.fromkeys([*listed, *tail]))


def men() -> list[str]:
    return first_names(MEN, _MALE_ENDS)


def women() -> list[str]:
    return first_names(WOMEN, _FEMALE_ENDS)


def canonical_names() -> dict[str, str]:
    """The full name that a short form is read as; a form of several names is the first one's."""
    known: dict[str, str] = {}
    for name, forms in NICKNAMES.items():
        for form in forms.split():
            if form not in MEN and form not in WOMEN:
                known.setdefault(form, name)
    return known


def compounds(rng: np.random.Generator, middles: Sequence[str] = _MIDDLES) -> list[str]:
    """Words such as `elmingford`, in an order of their own for each draw."""
    words = sorted({a + m + b for a, m, b in itertools.product(_ROOTS, middles, _ENDS)})
    return [words[place] for place in rng.permutation(len(words))]


def surnames(rng: np.random.Generator) -> list[str]:
    return list(dict.fromkeys([*SURNAMES, *compounds(rng)]))


def streets(rng: np.random.Generator, count: int) -> list[str]:
    words = compounds(rng, ("",))
    kinds = rng.integers(0, len(_STREETS), count)
    return [f"{words[i % len(words)]} {_STREETS[kind]}" for i, kind in enumerate(kinds)]


def towns(rng: np.random.Generator, count: int) -> list[str]:
    return compounds(rng, ("", "er", "ing"))[:count]


def companies(rng: np.random.Generator, count: int) -> tuple[list[str], list[str]]:
    """Names of companies and their mail domains."""
    words = compounds(rng)
    trades = rng.integers(0, len(_TRADES), count)
    forms = rng.integers(0, len(_FORMS), count)
    names, domains = [], []
    for i, (trade, form) in enumerate(zip(trades, forms, strict=True)):
        word = words[i % len(words)]
        names.append(f"{word} {_TRADES[trade]} {_FORMS[form]}")
        domains.append(f"{word}-{_TRADES[trade]}{i // len(words) or ''}.example")
    return names, domains

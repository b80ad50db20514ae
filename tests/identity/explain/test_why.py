"""Why two are one or two: what brought them up, the path between them, what keeps them apart."""

from dataclasses import replace

from daifuku.records import Decision, MappedRecord, RecordKey
from identity.blocking import BlockKey
from identity.explain.pairs import describe_apart, describe_blocking
from identity.explain.why import Voice, apart, blocked, keys_shared, path, shared_keys, voices
from identity.features import Features, features
from tests.support.parties import person, person_model

MODEL = person_model()
PHONE, MAIL = "06012345678", "k.oshima@mail.example.jp"


def known(number: str, **fields: object) -> Features:
    return features(said(number, **fields))


def said(number: str, source: str = "erp", **fields: object) -> MappedRecord:
    return person(RecordKey(source, "people", number), **fields)


KENTA = known("1", name="大島健太", phones=(PHONE,))
BOTH = known("2", name="大島健太", phones=(PHONE,), emails=(MAIL,))
MAILED = known("3", name="大島健太", emails=(MAIL,))


def test_what_two_records_share_brings_them_up_unless_too_many_share_it() -> None:
    shared = shared_keys(KENTA, BOTH, MODEL)
    rules = {key.rule for key in shared}
    assert "telephone" in rules
    few = keys_shared(shared, dict.fromkeys(shared, 2), MODEL)
    many = keys_shared(shared, dict.fromkeys(shared, 1_000), MODEL)
    assert (blocked(few), blocked(many)) == ("compared", "over_cap")
    stranger = known("9", name="田中美咲")
    assert blocked(keys_shared(shared_keys(KENTA, stranger, MODEL), {}, MODEL)) == "no_shared_key"
    assert "telephone (shared by 2, at most" in describe_blocking(few)
    assert describe_blocking(many, "ja").startswith("照合していません")


def test_only_the_keys_that_count_are_named() -> None:
    shared = (BlockKey("telephone", "x"), BlockKey("e-mail", "y"))
    keys = keys_shared(shared, {shared[0]: 2, shared[1]: 1_000}, MODEL)
    assert "e-mail" not in describe_blocking(keys)


def test_a_pair_of_one_cluster_is_joined_by_a_path_of_links() -> None:
    phone, mailed = KENTA, known("3", name="Kenta Oshima", emails=(MAIL,))
    cluster = [phone, BOTH, mailed]
    assert path(cluster, phone.key, BOTH.key, MODEL) == ((phone.key, BOTH.key),)
    assert path(cluster, phone.key, mailed.key, MODEL) == (
        (phone.key, BOTH.key),
        (BOTH.key, mailed.key),
    )
    assert path([phone, mailed], phone.key, mailed.key, MODEL) == ()
    told = Decision(phone.key, mailed.key, same=True)
    assert path(cluster, phone.key, mailed.key, MODEL, [told]) == ((phone.key, mailed.key),)


def test_a_pair_that_does_not_reach_a_match_is_below_the_threshold() -> None:
    reason = apart([KENTA], [MAILED], MODEL)
    assert reason.kind == "below_threshold"
    (best,) = reason.voices
    assert best.weight < MODEL.match_weight
    assert f"{MODEL.match_weight:+.1f} are needed" in describe_apart(reason, MODEL)[0]


def test_the_word_of_a_steward_comes_before_any_weight() -> None:
    reason = apart([KENTA], [BOTH], MODEL, [Decision(BOTH.key, KENTA.key, same=False)])
    assert reason.kind == "decision"
    assert describe_apart(reason, MODEL, "ja") == ["担当者が別と判断しました。"]


def test_what_speaks_against_two_groups_that_a_third_record_would_tie() -> None:
    father = known("1", name="大島健太", phones=(PHONE,), birth_date="1950-01-02")
    daughter = known("2", name="大島美咲", phones=(PHONE,), emails=(MAIL,), birth_date="1985-09-19")
    between = known("3", name="大島", phones=(PHONE,), emails=(MAIL,))
    heard = {(v.a, v.b): v for v in voices([(father, daughter), (between, daughter)], MODEL)}
    assert heard[father.key, daughter.key].says < 0 < heard[daughter.key, between.key].says
    reason = apart([father, between], [daughter], MODEL)
    assert reason.kind == "contradiction"
    assert (reason.voices[0].a, reason.voices[0].b) == (father.key, daughter.key)
    assert reason.total == sum(voice.says for voice in heard.values())
    assert "speaks against it" in describe_apart(reason, MODEL)[1]


def test_a_source_that_has_each_customer_once_keeps_two_apart() -> None:
    model = replace(MODEL, one_per_source={"erp": 100.0})
    assert apart([KENTA], [BOTH], model).kind == "one_per_source"
    assert "erp has each customer once" in describe_apart(apart([KENTA], [BOTH], model), model)[0]


def test_a_voice_is_that_of_the_pair_in_either_order() -> None:
    assert voices([(KENTA, BOTH)], MODEL) == voices([(BOTH, KENTA)], MODEL)
    assert isinstance(voices([(KENTA, BOTH)], MODEL)[0], Voice)

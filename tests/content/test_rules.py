"""What the rules derive, and what they never derive."""

import pyoxigraph as ox

BASE = "https://w3id.org/twinld/"
TW = BASE + "ns#"


def pairs(derived: set[ox.Triple], name: str) -> set[tuple[str, str]]:
    local = BASE + "id/authority/"
    return {
        (triple.subject.value.removeprefix(local), triple.object.value.removeprefix(local))
        for triple in derived
        if triple.predicate.value == TW + name
    }


def test_the_data_assert_nothing_that_the_rules_derive(asserted, derived):
    names = {triple.predicate.value for triple in derived}

    assert names == {TW + "currentStatus", TW + "twinnedWith", TW + "cooperatesWith"}
    assert not [name for name in names if list(asserted.quads_for_pattern(None, ox.NamedNode(name), None))]


def test_twinning_is_symmetric_and_never_with_oneself(derived):
    twinned = pairs(derived, "twinnedWith")

    assert twinned == {(b, a) for a, b in twinned}
    assert not [pair for pair in twinned if pair[0] == pair[1]]


def test_who_is_twinned_cooperates(derived):
    assert pairs(derived, "twinnedWith") <= pairs(derived, "cooperatesWith")


def test_a_twinning_in_force_is_derived(derived):
    assert ("fi-seinajoki", "pl-koszalin") in pairs(derived, "twinnedWith")


def test_suspended_exchanges_leave_the_twinning(derived):
    assert ("jp-nagoya", "cn-nanjing") in pairs(derived, "twinnedWith")


def test_an_ended_twinning_is_none(derived):
    assert ("fi-seinajoki", "ru-veliky-novgorod") not in pairs(derived, "twinnedWith")


def test_a_dissolved_party_is_twinned_with_nobody(derived):
    assert not [pair for pair in pairs(derived, "twinnedWith") if "fi-toijala" in pair]


def test_memoranda_letters_and_partnerships_are_no_twinning(derived):
    twinned = pairs(derived, "twinnedWith")

    for partner in ("cn-rudong", "cn-jianyang-sichuan", "cn-changsha", "cn-qingdao"):
        assert ("fi-seinajoki", partner) not in twinned
    for partner in ("cl-concepcion", "id-semarang"):
        assert ("cn-nanjing", partner) not in twinned


def test_helsinki_is_twinned_with_nobody(derived):
    assert not [pair for pair in pairs(derived, "twinnedWith") if pair[0] == "fi-helsinki"]

"""What the rules derive, and what they never derive."""

import pyoxigraph as ox

BASE = "https://w3id.org/twinld/"
TW = BASE + "ns#"
MEMBER_OF = "http://www.w3.org/ns/org#memberOf"


def pairs(derived: set[ox.Triple], name: str) -> set[tuple[str, str]]:
    local = BASE + "id/authority/"
    return {
        (triple.subject.value.removeprefix(local), triple.object.value.removeprefix(local))
        for triple in derived
        if triple.predicate.value == TW + name
    }


def test_the_data_assert_nothing_that_the_rules_derive(asserted, derived):
    names = {triple.predicate.value for triple in derived}

    own = ("currentStatus", "twinnedWith", "cooperatesWith", "sharedNetwork", "since", "firstAct", "latestAct")
    assert names == {TW + name for name in own} | {MEMBER_OF}
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


def values(derived: set[ox.Triple], subject: str, name: str) -> set[str]:
    return {
        triple.object.value.removeprefix(BASE + "id/")
        for triple in derived
        if triple.subject.value == BASE + "id/" + subject and triple.predicate.value in (TW + name, MEMBER_OF)
    }


def test_a_pair_that_signed_twice_has_a_first_and_a_latest_act(derived):
    first = values(derived, "agreement/nanchang--takamatsu", "firstAct")
    latest = values(derived, "agreement/nanchang--takamatsu", "latestAct")

    assert first == {"act/nanchang--takamatsu-signing"}
    assert latest == {"act/nanchang--takamatsu-second-signing"}


def test_anniversaries_count_from_the_preferred_claim(derived):
    assert values(derived, "agreement/schweinfurt--seinajoki", "since") == {"1979"}


def test_helsinki_and_tallinn_share_four_networks(derived):
    shared = values(derived, "relation/helsinki--tallinn", "sharedNetwork")

    assert shared == {"network/baltmet", "network/euregio-helsinki-tallinn", "network/ubc", "network/ucue"}


def test_who_left_a_network_is_no_member_and_who_came_back_is(derived):
    left = {t.subject.value for t in derived if t.predicate.value == MEMBER_OF}

    assert BASE + "id/authority/ru-gatchina" not in left
    assert BASE + "id/authority/ee-haapsalu" in left


def test_kharkiv_ended_five_twinnings(derived):
    statuses = {
        triple.subject.value
        for triple in derived
        if triple.predicate.value == TW + "currentStatus" and "kharkiv" in triple.subject.value
    }

    assert len(statuses) == 5
    assert not [pair for pair in pairs(derived, "twinnedWith") if pair[0] == "ua-kharkiv"]

"""Where sources contradict each other both claims are shown, and which of them is preferred."""

import pytest

ID = "https://w3id.org/twinld/id/"


def of(found, relation):
    return [row for row in found if row["relation"].rpartition("/")[2] == relation]


@pytest.mark.parametrize(
    ("relation", "preferred", "other"),
    [
        ("schweinfurt--seinajoki", "1979", "1974"),
        ("koszalin--seinajoki", "1987", "1988"),
        ("bloemfontein--nanjing", "2000-03", "1999"),
        ("barranquilla--nanjing", "2001", "2021-07"),
        ("malacca--nanjing", "2008-10-31", "2001"),
        ("nanchang--skopje", "1984-03-20", "1985"),
        ("nanchang--peine-district", "2009-10-13", "2009-06"),
    ],
)
def test_both_claims_of_a_contradiction_are_shown(ask, relation, preferred, other):
    found = ask("contradictory-claims")

    shown = {(row["preferred"], row["other"]) for row in found if row["relation"] == f"{ID}agreement/{relation}"}
    assert (preferred, other) in shown


@pytest.mark.parametrize(
    ("relation", "preferred", "other"),
    [
        ("beijing--helsinki", "priority partner", "sister city"),
        ("nagoya--nanjing", "friendship city (formal, East Asia)", "sister city"),
        ("bloemfontein--nanjing", "friendship city (formal, East Asia)", "sister city"),
        ("malacca--nanjing", "sister city", "twin town"),
        ("concepcion--nanjing", "memorandum of understanding", "sister city"),
        ("nanjing--semarang", "memorandum of understanding", "sister city"),
    ],
)
def test_both_kinds_are_shown_where_sources_disagree(ask, relation, preferred, other):
    found = of(ask("contradictory-kinds"), relation)

    assert (preferred, other) in {(row["preferred"], row["other"]) for row in found}


def test_one_kind_in_all_sources_is_no_contradiction(ask):
    found = ask("contradictory-kinds")

    assert not of(found, "schweinfurt--seinajoki")
    assert not of(found, "koszalin--seinajoki")


def test_the_partners_of_helsinki_are_never_twins(ask):
    found = ask("twinning-graph")

    assert not [row for row in found if f"{ID}authority/fi-helsinki" in (row["source"], row["target"])]


def test_that_nagoya_is_fine_again_is_shown_and_does_not_count(ask):
    found = of(ask("contradictory-statuses"), "nagoya--nanjing")

    assert [(row["current"], row["contradicted"], row["date"]) for row in found] == [
        ("in force, exchanges suspended", "in force", "2019")
    ]


def test_later_sources_say_that_exchanges_with_nagoya_stay_suspended(ask):
    found = of(ask("status-history", authority=f"{ID}authority/jp-nagoya"), "nagoya--nanjing")

    suspended = {row["date"] for row in found if row["status"] == "in force, exchanges suspended"}
    assert suspended == {"2012-02-21", "2022-09-13", "2025-08-04"}


@pytest.mark.parametrize(
    ("first", "second", "stages"),
    [
        ("za-bloemfontein", "cn-nanjing", {("1999-01", "memorandum of understanding")}),
        ("co-barranquilla", "cn-nanjing", {("2000", "memorandum of understanding")}),
        ("co-atlantico-department", "cn-jiangsu-province", {("2001-06-04", "region twinning")}),
        ("my-state-of-malacca", "cn-jiangsu-province", {("2002-09-18", "region twinning")}),
        (
            "na-khomas-region",
            "cn-jiangsu-province",
            {("2013", "memorandum of understanding"), ("2015-06-19", "region twinning")},
        ),
        ("na-windhoek", "cn-nanjing", {("2015", "sister city")}),
        ("id-semarang", "cn-nanjing", {("2016-10-23", "letter of intent")}),
    ],
)
def test_an_agreement_that_was_taken_for_another_stands_by_itself(ask, first, second, stages):
    found = ask("stages-of-a-pair", first=f"{ID}authority/{first}", second=f"{ID}authority/{second}")

    by_relation = {
        row["relation"]: {(r["date"], r["kind"]) for r in of(found, row["relation"].rpartition("/")[2])}
        for row in found
    }
    assert all({stage} in by_relation.values() for stage in stages)


def test_nanjing_is_no_friendship_city_of_a_province_because_of_an_anniversary(ask):
    found = ask("stages-of-a-pair", first=f"{ID}authority/cn-nanjing", second=f"{ID}authority/my-state-of-malacca")

    assert found == []

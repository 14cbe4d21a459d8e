"""Each canned query answers what is known; the empty answers are empty."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from twinld.query.canned import read_canned

ROOT = Path(__file__).resolve().parents[2]
ID = "https://w3id.org/twinld/id/"
QUERIES = sorted((ROOT / "sparql").glob("*.rq"))


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_runs_as_it_stands(dataset, path):
    found = list(dataset.query(path.read_text(encoding="utf-8")))

    assert found


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_has_a_title_in_each_language(path):
    titles = read_canned(path.read_text(encoding="utf-8"), str(path)).titles

    assert set(titles) == {"", "fi", "sv"}


def test_nanjing_is_a_party_of_24_relations_of_the_first_document(ask, dataset):
    found = ask("agreements-of-authority", authority=f"{ID}authority/cn-nanjing")

    kinds = [row["kind"] for row in found if _seed(dataset, row["relation"])]
    assert len(kinds) == 24
    assert kinds.count("memorandum of understanding") == 4


def _seed(dataset: ox.Store, relation: str) -> bool:
    source = f"{ID}source/nanjinger-sister-cities"
    return bool(
        dataset.query(
            f"ASK {{ ?claim <https://w3id.org/twinld/ns#claimOn> <{relation}> ; "
            f"<http://www.w3.org/ns/prov#hadPrimarySource> <{source}> }}"
        )
    )


def test_seinajoki_has_six_twinnings_a_memorandum_two_partners_and_a_letter_of_intent(ask):
    found = ask("agreements-of-authority", authority=f"{ID}authority/fi-seinajoki")

    kinds = [row["kind"] for row in found]
    assert kinds.count("twin town") >= 6
    assert kinds.count("memorandum of understanding") == 1
    assert kinds.count("partner city") == 2
    assert kinds.count("letter of intent") == 1


def test_labels_come_in_the_language_that_is_asked_for(ask):
    found = ask("agreements-of-authority", authority=f"{ID}authority/fi-kuopio", language="fi")

    assert "ystävyyskaupunki (sister city)" in {row["kind"] for row in found}


def test_nanjing_and_nanchang_have_no_partner_in_common(ask):
    found = ask(
        "common-partners",
        first=f"{ID}authority/cn-nanjing",
        second=f"{ID}authority/cn-nanchang",
    )

    assert found == []


def test_a_misspelt_name_finds_its_city(ask):
    found = ask("find-authority", text="Takamastsu")

    assert [(row["label"], row["found"]) for row in found] == [("Takamatsu", "misspelling")]


def test_a_wikidata_item_finds_its_authority(ask):
    found = ask("authority-by-identifier", identifier="http://www.wikidata.org/entity/Q16666")

    assert [row["label"] for row in found] == ["Nanjing"]


def test_the_suspension_of_nagoya_is_one_of_exchanges(ask):
    found = ask("status-history", authority=f"{ID}authority/jp-nagoya")

    begun = [row for row in found if row["date"] == "2012-02-21"]
    assert [(row["status"], row["actingParty"]) for row in begun] == [("in force, exchanges suspended", "Nanjing")]


def test_the_year_2028_has_its_anniversaries(ask):
    found = {row["label"]: row["years"] for row in ask("anniversaries", year="2028")}

    expected = {
        "Nagoya–Nanjing": "50",
        "Leipzig–Nanjing": "40",
        "Nanchang–Toluca": "40",
        "Nanjing–Perth (Western Australia)": "30",
        "Malacca City–Nanjing": "20",
        "Nanchang–Quilmes": "20",
        "Bien Hoa–Nanjing": "10",
        "Nanjing–Shiraz": "10",
        "Concepción (Chile)–Nanjing": "10",
        "Nanjing–Semarang": "10",
    }
    assert expected.items() <= {label.split(",")[0]: years for label, years in found.items()}.items()


def test_nanjing_signed_four_documents_in_2018(ask):
    found = [row for row in ask("signed-in-year", year="2018") if "Nanjing" in row["label"]]

    assert len(found) == 4


def test_finnish_municipalities_have_their_chinese_partners(ask):
    country = "http://publications.europa.eu/resource/authority/country/"
    found = ask("relations-between-countries", first=country + "FIN", second=country + "CHN")

    partners = {(row["party"], row["partner"]) for row in found}
    assert {("Valkeakoski", "Nanchang"), ("Toijala", "Nanchang"), ("Helsinki", "Beijing")} <= partners
    assert sum(party == "Seinäjoki" for party, _ in partners) == 5


def test_districts_and_counties_are_parties_too(ask):
    found = {row["party"]: row["level"] for row in ask("parties-above-municipality")}

    assert found["Pudong New Area"] == "district level"
    assert found["Jiangjin District"] == "district level"
    assert found["Rudong County"] == "county level"
    assert found["Peine District"] == "county level"


def test_helsinki_takes_part_in_ten_networks(ask):
    found = ask("memberships-of-authority", authority=f"{ID}authority/fi-helsinki")

    seed = [row for row in found if row["source"] == "Partners and networks, page of the City of Helsinki"]
    kinds = {row["label"]: row["membershipKind"] for row in seed}
    assert kinds == {
        "Baltic Development Forum": "participant",
        "Baltic Metropoles Network": "founding member",
        "EU2020 Regions Network": "participant",
        "Eurocities": "full member",
        "Global Cities Dialogue": "participant",
        "Helsinki-Tallinn Euregio": "member (kind not stated)",
        "ICLEI - Local Governments for Sustainability": "member (kind not stated)",
        "International Federation for Housing and Planning": "participant",
        "Union of Capitals of the European Union": "member (kind not stated)",
        "Union of the Baltic Cities": "member (kind not stated)",
    }


def test_four_friendship_associations_support_relations_of_seinajoki(ask):
    found = ask("supporters")

    associations = [row for row in found if row["organisationKind"] == "friendship association"]
    assert len(associations) == 4
    assert all("Seinäjoki" in row["relation"] for row in associations)


def test_the_end_with_veliky_novgorod_names_side_and_reason(ask):
    found = {row["label"].split(",")[0]: row for row in ask("suspended-or-ended")}

    ended = found["Seinäjoki–Veliky Novgorod"]
    assert (ended["status"], ended["actingParty"], ended["reason"]) == (
        "terminated by one side",
        "Seinäjoki",
        "armed conflict",
    )


def test_helsinki_and_tallinn_share_four_networks(ask):
    found = ask("shared-networks", first=f"{ID}authority/fi-helsinki", second=f"{ID}authority/ee-tallinn")

    assert [row["label"] for row in found] == [
        "Baltic Metropoles Network",
        "Helsinki-Tallinn Euregio",
        "Union of Capitals of the European Union",
        "Union of the Baltic Cities",
    ]


def test_london_and_nanjing_visited_each_other_in_2017(ask):
    found = [row for row in ask("delegations-in-year", year="2017") if "London" in row["relation"]]

    assert [row["guest"] for row in found] == ["London (Ontario)", "Nanjing", "London (Ontario)"]


def test_mogilev_and_nanjing_went_through_stages(ask):
    pair = {"first": f"{ID}authority/by-mogilev", "second": f"{ID}authority/cn-nanjing"}

    found = [(row["date"], row["kind"]) for row in ask("stages-of-a-pair", **pair)]
    assert found == [
        ("2014", "friendly exchange relation"),
        ("2016", "friendship city (formal, East Asia)"),
        ("2016-09", "project agreement"),
    ]


def test_gifts_and_monuments_have_their_places(ask):
    places = {row["place"] for row in ask("gifts-and-monuments")}

    assert {"Nagoya", "Mexicali", "Malacca City"} <= places


def test_cities_that_sign_no_sister_city_agreements_are_named(ask):
    found = {(row["label"], row["policy"]) for row in ask("policies")}

    assert ("Helsinki", "no sister-city agreements") in found
    assert ("Stockholm", "no sister-city agreements") in found
    assert ("Tallinn", "fixed-term agreements only") in found


def test_haapsalu_left_the_union_of_the_baltic_cities_and_came_back(ask):
    found = ask("memberships-of-authority", authority=f"{ID}authority/ee-haapsalu")

    spans = {(row["start"], row["end"]) for row in found}
    assert spans == {("1994", "2018"), ("2022", None)}


def test_members_of_2014_are_those_of_the_list(ask):
    found = {row["label"] for row in ask("members-in-year", network=f"{ID}network/ubc", year="2014")}

    assert {"Helsinki", "Haapsalu", "Saint Petersburg"} <= found
    assert len(found) >= 96


def test_a_relation_ended_later_is_in_force_before(ask):
    before = {row["relation"] for row in ask("in-force-on-day", day="2022-02-01")}
    after = {row["relation"] for row in ask("in-force-on-day", day="2023-01-01")}

    assert f"{ID}agreement/seinajoki--veliky-novgorod" in before - after
    assert f"{ID}agreement/koszalin--seinajoki" in before & after


def test_florence_and_yaroslavl_are_twinned_with_nanjing_and_a_finnish_city(ask):
    country = "http://publications.europa.eu/resource/authority/country/FIN"
    found = ask("partners-shared-with-country", authority=f"{ID}authority/cn-nanjing", country=country)

    assert [(row["label"], row["there"]) for row in found] == [("Florence", "Turku"), ("Yaroslavl", "Jyväskylä")]


def test_a_reader_of_finnish_sees_finnish_names(ask):
    found = ask("agreements-of-authority", authority=f"{ID}authority/fi-helsinki", language="fi")

    assert {"Pietari", "Tallinna", "Tukholma", "Moskova"} <= {row["partner"] for row in found}


def test_other_reasons_than_war_end_relations_too(ask):
    found = {row["label"].split(",")[0]: row["reason"] for row in ask("suspended-or-ended")}

    assert found["Riga–Tbilisi"] == "political relations of the states"
    assert found["Gothenburg–Shanghai"] == "political relations of the states"

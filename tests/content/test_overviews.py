"""The queries that give an overview answer what the tables of collected facts say, counted there by hand."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ID = "https://w3id.org/twinld/id/"
COUNTRY = "http://publications.europa.eu/resource/authority/country/"


def relations(found):
    """The local names of the relations in an answer."""
    return {row["relation"].rpartition("/")[2] for row in found}


def test_a_relation_has_one_row_for_each_pair_of_its_parties(ask):
    found = [row["relation"] for row in ask("all-relations")]

    assert found.count(f"{ID}agreement/schweinfurt--seinajoki") == 1
    assert found.count(f"{ID}agreement/triangle-neubrandenburg-gladsaxe-koszalin") == 3
    assert found.count(f"{ID}agreement/nordic-four-2022-2029") == 6


def test_a_relation_is_dated_by_its_preferred_claim(ask):
    found = {row["relation"].rpartition("/")[2]: (row["date"], row["dateRole"]) for row in ask("all-relations")}

    assert found["schweinfurt--seinajoki"] == ("1979", "established")
    assert found["malacca--nanjing"] == ("2008-10-31", "signed")


def test_an_authority_is_listed_even_without_a_relation(ask):
    found = {row["authority"].rpartition("/")[2]: row["relations"] for row in ask("authorities")}

    assert found["fi-toijala"] == "1"
    assert found["dk-aalborg"] == "0"


def test_a_relation_with_two_sources_does_not_rest_on_one(ask):
    found = relations(ask("claims-of-one-source"))

    assert {"bien-hoa--nanjing", "nanjing--windhoek", "bloemfontein--nanjing--memorandum"} <= found
    twice = {"schweinfurt--seinajoki", "nagoya--nanjing", "nanchang--skopje", "beijing--helsinki", "koszalin--lida"}
    assert not found & twice


def test_authorities_are_counted_by_country(ask):
    found = {row["country"].removeprefix(COUNTRY): row["authorities"] for row in ask("countries")}

    expected = {"BRN": "1", "COL": "2", "IRN": "2", "JPN": "7", "KOR": "4", "ZAF": "5"}
    assert expected.items() <= found.items()


def test_events_of_mogilev_are_the_visit_to_the_expo_and_the_project_signing(ask):
    found = {(row["type"], row["date"]) for row in ask("events-of-authority", authority=f"{ID}authority/by-mogilev")}

    assert ("conference", None) in found
    assert ("signature by the heads", "2016-09") in found


def test_an_event_says_who_gave_what_to_whom(ask):
    found = ask("events-of-authority", authority=f"{ID}authority/ir-shiraz")

    gifts = [(row["date"], row["guest"], row["host"]) for row in found if row["type"] == "gift or donation"]
    assert gifts == [("2022-11", "Shiraz", "Nanjing")]


def test_jianyang_names_agriculture_education_and_health(ask):
    found = [row["field"] for row in ask("fields-of-relations") if row["relation"].endswith("/jianyang--seinajoki")]

    assert found == ["agriculture and food", "education (schools)", "health and well-being"]


def test_four_relations_of_nanjing_name_their_ground(ask):
    found = {row["relation"].rpartition("/")[2]: row["ground"] for row in ask("grounds")}

    assert found.keys() == {"nanjing--st-louis", "florence--nanjing", "bandar-seri-begawan--nanjing", "nanjing--shiraz"}
    assert "1408" in found["bandar-seri-begawan--nanjing"]
    assert "river" in found["nanjing--st-louis"]


def test_kinds_are_counted_by_country(ask):
    found = [(row["country"], row["kind"], row["relations"]) for row in ask("kinds-by-country")]

    assert [row[1:] for row in found if row[0] == "South Africa"] == [
        ("memorandum of understanding", "2"),
        ("friendship city (formal, East Asia)", "1"),
        ("region twinning", "1"),
        ("sister city", "1"),
    ]
    assert [row[1:] for row in found if row[0] == "Iran"] == [("sister city", "8")]


def test_the_partners_of_nanjing_stand_on_the_map_where_they_are(ask):
    found = {row["label"]: (row["lat"], row["long"]) for row in ask("map-of-partners")}

    assert len(found) == 32  # of 33 in the table: Khentii Province has no coordinates there
    assert found["Nagoya"] == ("35.155", "136.915")
    assert found["Shiraz"] == ("29.63", "52.57")


def test_members_without_coordinates_are_not_on_the_map(ask):
    found = {row["label"] for row in ask("members-of-network", network=f"{ID}network/ubc")}

    assert {"Helsinki", "Haapsalu", "Kaliningrad", "Gdańsk"} <= found
    assert not found & {"Lomonosov", "Peterhof", "Sestroretsk"}


def test_dates_that_are_no_day_month_or_year_are_counted_apart(ask):
    found = {(row["precision"], row["certainty"]): row["claims"] for row in ask("precision-of-dates")}

    # one row of the table each: Kuopio-Pudong, the four Nordic cities, Lappeenranta-Xuzhou; Newcastle is inferred
    assert found["decade", "explicit"] == "1"
    assert found["interval", "explicit"] == "1"
    assert found["day without year", "explicit"] == "1"
    assert found["one of several", "inferred"] == "1"
    assert found["one of several", "ambiguous"] == "2"


def test_relations_are_counted_by_kind(ask):
    found = {row["kind"]: row["relations"] for row in ask("relations-by-kind")}

    expected = {
        "contact": "3",
        "cooperation agreement": "7",
        "friendly exchange relation": "6",
        "memorandum of understanding": "12",
        "multilateral twinning": "2",
        "partner city": "2",
        "project agreement": "1",
        "region twinning": "25",
    }
    assert expected.items() <= found.items()


def test_statuses_are_counted_by_country(ask):
    found = [(row["country"], row["status"], row["relations"]) for row in ask("status-by-country")]

    assert [row[1:] for row in found if row[0] == "Iceland"] == [("terminated by both sides", "1")]
    assert [row[1:] for row in found if row[0] == "Iran"] == [("in force", "1")]
    assert ("China", "in force, exchanges suspended", "1") in found
    assert not [row for row in found if row[0] == "Finland" and "both sides" in row[1]]


def test_only_what_is_in_force_and_a_twinning_is_in_the_graph(ask):
    found = [{row["sourceLabel"], row["targetLabel"]} for row in ask("twinning-graph")]

    of_seinajoki = {(pair - {"Seinäjoki"}).pop() for pair in found if "Seinäjoki" in pair}
    assert of_seinajoki == {"Jiangjin District", "Koszalin", "Schweinfurt", "Sopron", "Thunder Bay"}
    assert not [pair for pair in found if "Helsinki" in pair or "Stockholm" in pair]


def test_a_pair_is_in_the_graph_once(ask):
    found = [frozenset((row["source"], row["target"])) for row in ask("twinning-graph")]

    assert len(found) == len(set(found))
    assert all(len(pair) == 2 for pair in found)


def test_every_query_has_an_answer_that_is_known():
    """A query that no test asks for by name would be one whose answer nobody has worked out."""
    asked = " ".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))

    names = {path.stem for path in (ROOT / "sparql").glob("*.rq")}
    assert names <= set(re.findall(r'ask\(\s*"([a-z-]+)"', asked))

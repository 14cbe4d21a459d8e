"""Queries that bring endpoints down or leak: the corpus, by kind. Each must be answered or refused in time."""

from __future__ import annotations

from collections.abc import Iterator

PREFIX = "PREFIX ex: <http://example.org/> "
ALL = "?{0}s ?{0}p ?{0}o . "


def corpus(port: int) -> dict[str, str]:
    """Return the hostile queries by name; `port` is one of the loopback where nobody should be asked."""
    found: dict[str, str] = {}
    for kind in (products, paths, patterns, strings, sizes, nesting, outside, aggregates, hidden):
        for number, query in enumerate(kind(port)):
            found[f"{kind.__name__}-{number}"] = query
    return found


def cross(count: int) -> str:
    return "".join(ALL.format(letter) for letter in "abcdefghij"[:count])


def products(port: int) -> Iterator[str]:
    """Cartesian products in every place where a pattern may stand."""
    yield f"SELECT * {{ {cross(3)} }}"
    yield f"SELECT (COUNT(*) AS ?n) {{ {cross(3)} }}"
    yield f"SELECT DISTINCT ?as ?bs ?cs {{ {cross(3)} }}"
    yield f"SELECT * {{ {cross(3)} }} ORDER BY ?as ?bo ?co"
    yield f"ASK {{ {cross(3)} FILTER(?ao = ?bo && ?bo = ?co && ?as != ?as) }}"
    yield f"CONSTRUCT {{ ?as ?bp ?co }} {{ {cross(3)} }}"
    yield f"DESCRIBE ?as ?bs {{ {cross(3)} }}"
    yield "SELECT * { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i FILTER(?c < ?i) } } }"
    yield "SELECT (COUNT(*) AS ?n) { { ?a ?b ?c } UNION { ?d ?e ?f } { ?g ?h ?i } UNION { ?j ?k ?l } ?x ?y ?z }"
    yield "ASK { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f FILTER EXISTS { ?g ?h ?i . ?j ?k ?l FILTER(?c = ?l + 1) } } }"
    yield "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?x ?y . ?g ?h ?i } }"
    yield "SELECT * { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } GRAPH ?i { ?j ?k ?l } }"


def paths(port: int) -> Iterator[str]:
    """Property paths that walk everywhere."""
    yield "SELECT (COUNT(*) AS ?n) { ?a !<http://x/>* ?b . ?b !<http://x/>* ?c }"
    yield "SELECT * { ?a (!<http://x/>|^!<http://x/>)+ ?b }"
    yield PREFIX + "SELECT (COUNT(*) AS ?n) { ?a (ex:value/^ex:value)* ?b . ?c (ex:value|!ex:value)* ?d }"
    yield PREFIX + "SELECT * { ?a ((ex:next*)*)* ?b . ?b ((ex:next+)+)+ ?c . ?c ex:next* ?d }"
    yield PREFIX + "SELECT * { ?a (" + "/".join(["(ex:next|^ex:next)"] * 40) + ") ?b }"
    yield PREFIX + "ASK { ?a (" + "|".join(["ex:next"] * 5000) + ")* ?b . ?b ex:next* ?c . ?c ex:none ?d }"
    yield "SELECT (COUNT(*) AS ?n) { ?a ^(!<http://x/>)* ?b . ?a (!<http://x/>)* ?c . FILTER(?b != ?c) }"


def patterns(port: int) -> Iterator[str]:
    """Regular expressions as bombs."""
    long = "a" * 50_000
    yield f'ASK {{ FILTER(REGEX("{long}", "(a*)*b")) }}'
    yield f'ASK {{ FILTER(REGEX("{long}!", "^(a|a)*$")) }}'
    yield 'SELECT * { ?s ?p ?o . ?t ?q ?r FILTER(REGEX(CONCAT(STR(?o), STR(?r)), "((.*)*)*x$")) }'
    yield 'ASK { FILTER(REGEX("a", "a{1,1000}{1,1000}{1,1000}")) }'
    yield 'ASK { FILTER(REGEX("a", "' + "(" * 5000 + "a" + ")" * 5000 + '")) }'
    yield 'SELECT (REPLACE("' + "a" * 20_000 + '", "", "' + "b" * 20_000 + '") AS ?x) {}'
    yield (
        'SELECT (STRLEN(REPLACE(REPLACE(?o, ".", "'
        + "$0" * 3000
        + '"), ".", "'
        + "$0" * 3000
        + '")) AS ?x) { ?s ?p ?o }'
    )


def doubling(step: str, count: int) -> str:
    return " ".join(f"BIND({step.format(f'?v{n}')} AS ?v{n + 1})" for n in range(count))


def strings(port: int) -> Iterator[str]:
    """Strings that double until the memory is gone."""
    start = 'BIND("aaaaaaaaaaaaaaaa" AS ?v0) '
    yield f"SELECT (STRLEN(?v40) AS ?n) {{ {start}{doubling('CONCAT({0}, {0})', 40)} }}"
    letters = doubling('REPLACE({0}, "a", "aa")', 40)
    yield f"SELECT ?v40 {{ {start}{letters} }}"
    yield f"SELECT (STRLEN(?v40) AS ?n) {{ {start}{doubling('ENCODE_FOR_URI(CONCAT({0}, STR({0})))', 40)} }}"
    yield f"SELECT (SHA512(?v40) AS ?n) {{ {start}{doubling('UCASE(CONCAT({0}, {0}, {0}))', 40)} }}"
    yield f"SELECT (GROUP_CONCAT(CONCAT(STR(?as), STR(?bo))) AS ?n) {{ {cross(2)} }}"
    yield f"SELECT (GROUP_CONCAT(?v12) AS ?n) {{ ?s ?p ?o . {start}{doubling('CONCAT({0}, {0})', 12)} }}"
    many = f"{start}{doubling('CONCAT({0}, {0})', 18)} BIND(CONCAT(?v18, STR(?o)) AS ?v20)"
    yield f"CONSTRUCT {{ ?s ?p ?v20 }} {{ ?s ?p ?o . {many} }}"


def sizes(port: int) -> Iterator[str]:
    """Queries that are long, answers that are large."""
    yield "SELECT * { VALUES ?x { " + "1 " * 120_000 + "} ?s ?p ?x }"
    block = "VALUES ?{0} {{ " + " ".join(str(n) for n in range(3000)) + " }} "
    yield "SELECT * { " + "".join(block.format(name) for name in "abcdef") + "}"
    yield (
        "SELECT * { VALUES (?a ?b) { "
        + "(UNDEF UNDEF) " * 8000
        + "} VALUES (?a ?b) { "
        + "(UNDEF UNDEF) " * 8000
        + "} }"
    )
    yield "SELECT " + " ".join(f"(?s AS ?v{n})" for n in range(9000)) + " { ?s ?p ?o }"
    yield "CONSTRUCT { " + " ".join(f"?s <http://e/{n}> ?o ." for n in range(8000)) + " } { ?s ?p ?o }"
    yield "SELECT * { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(6000)) + " }"
    yield "SELECT * { ?s ?p ?o FILTER(" + " || ".join(f"?o = {n}" for n in range(15_000)) + ") }"
    yield "SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join(str(n) for n in range(40_000)) + ")) }"
    yield "ASK { ?s ?p '" + "x" * 250_000 + "' }"
    yield "ASK { ?s ?p ?o } #" + "x" * 300_000


def nesting(port: int) -> Iterator[str]:
    """Depth, for stacks to overflow."""
    yield "ASK { FILTER" + "(" * 10_000 + "true" + ")" * 10_000 + " }"
    yield "ASK " + "{" * 10_000 + "}" * 10_000
    yield "ASK { FILTER(" + "!" * 100_000 + "true) }"
    yield "ASK { FILTER(" + "- " * 60_000 + "1 = 1) }"
    yield "ASK { " + "{} UNION " * 25_000 + "{} }"
    yield "ASK { " + "OPTIONAL { ?s ?p ?o } " * 11_000 + "}"
    yield "ASK { " + "MINUS { ?s ?p ?o } " * 11_000 + "}"
    yield "ASK { FILTER(1" + " + 1" * 60_000 + " = 2) }"
    yield "SELECT * { ?s ?p " + "[ ?p " * 5000 + "1" + " ]" * 5000 + " }"
    yield "SELECT * { ?s ?p " + "( " * 5000 + ") " * 5000 + " }"
    yield "SELECT * " + "{ SELECT * " * 190 + "{ ?s ?p ?o . ?t ?q ?r . ?u ?v ?w }" + " }" * 190
    yield "ASK { FILTER(" + "EXISTS { ?s ?p ?o FILTER(" * 90 + "?o = ?p" + ") }" * 90 + ") }"
    yield "ASK { ?s " + "/".join(["<http://e/p>"] * 15_000) + " ?o }"


def outside(port: int) -> Iterator[str]:
    """Requests to other hosts and to files."""
    here = f"http://127.0.0.1:{port}/"
    yield f"SELECT * {{ SERVICE <{here}> {{ ?s ?p ?o }} }}"
    yield f"SELECT * {{ SERVICE SILENT <{here}> {{ ?s ?p ?o }} }}"
    yield f"SELECT * {{ BIND(IRI('{here}') AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}"
    yield "SELECT * { ?s ?p ?o { SELECT * { SERVICE <file:///etc/passwd> { ?a ?b ?c } } } }"
    yield f"SELECT * FROM <{here}data.ttl> {{ ?s ?p ?o }}"
    yield f"SELECT * FROM NAMED <{here}data.ttl> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    yield "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"
    yield f"LOAD <{here}data.ttl>"
    yield "CLEAR ALL"
    yield "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def aggregates(port: int) -> Iterator[str]:
    """Groups and orders over everything."""
    yield f"SELECT ?as ?bs (GROUP_CONCAT(?co) AS ?n) {{ {cross(3)} }} GROUP BY ?as ?bs"
    yield f"SELECT (COUNT(DISTINCT CONCAT(STR(?as), STR(?bo))) AS ?n) {{ {cross(2)} }}"
    yield f"SELECT (SAMPLE(?x) AS ?n) {{ {cross(2)} BIND(RAND() AS ?x) }} GROUP BY ?as ?bo ?x HAVING(COUNT(*) > 5)"
    yield f"SELECT * {{ {cross(2)} BIND(UUID() AS ?x) }} ORDER BY DESC(?x) OFFSET 10000000"


def hidden(port: int) -> Iterator[str]:
    """What looks harmless to a search in the text."""
    here = f"http://127.0.0.1:{port}/"
    yield f"ASK {{ ?s ?p ?a FILTER(?a<1)SERVICE<{here}>{{ ?x ?y ?z }} }}"
    yield "ASK { ?s ?p ?a FILTER(?a<1)SERVICE?s#>\n{ ?x ?y ?z } }"
    yield f'ASK {{ ?s ?p """ quote \\""" . SERVICE <{here}> {{ ?x ?y ?z }} #""" }}'
    yield f"ASK {{ \\u0053ERVICE <{here}> {{ ?x ?y ?z }} }}"
    yield f"ASK {{ # \\u000A\n sErViCe\t<{here}>{{}} }}"

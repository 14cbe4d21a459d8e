"""A document of many terms: a vocabulary with every class and property in words, or shapes with what they demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from twinld.graph.dataset import Dataset
from twinld.graph.description import Description
from twinld.publish.pages.browse import definition
from twinld.publish.pages.edition import edition_of
from twinld.publish.pages.figures.classes import class_diagram
from twinld.publish.pages.head import head_of, script_json
from twinld.publish.pages.languages import Text, Words, marked
from twinld.publish.pages.render import render, view_of
from twinld.publish.pages.resource import Property, Resource
from twinld.publish.pages.view import Node, View, in_order

if TYPE_CHECKING:
    from twinld.publish.publication import Publication

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
GROUPS: Sequence[tuple[str, tuple[str, ...]]] = (
    (marked("Classes"), (OWL + "Class", RDFS + "Class")),
    (marked("Relations to other things"), (OWL + "ObjectProperty",)),
    (marked("Values"), (OWL + "DatatypeProperty",)),
    (marked("Other properties"), ("http://www.w3.org/1999/02/22-rdf-syntax-ns#Property", OWL + "AnnotationProperty")),
    (marked("Shapes"), (SH + "NodeShape",)),
    (marked("Property shapes"), (SH + "PropertyShape",)),
)
OTHERS = marked("More terms")
AXIOMS: Sequence[tuple[str, str]] = (
    (f"<{RDFS}subClassOf>", marked("is a kind of")),
    (f"<{OWL}equivalentClass>", marked("means the same as")),
    (f"<{OWL}disjointWith>", marked("is never at once")),
    (f"<{RDFS}subPropertyOf>", marked("implies")),
    (f"<{OWL}inverseOf>", marked("is the other way round of")),
    (f"<{RDFS}domain>", marked("is said of")),
    (f"<{RDFS}range>", marked("leads to")),
    (f"^<{RDFS}subClassOf>", marked("kinds of it")),
    (f"^<{RDFS}domain>", marked("is described by")),
    (f"^<{RDFS}range>", marked("is reached by")),
    (f"<{SH}targetClass>", marked("is about each")),
    (f"<{SH}path>", marked("looks at")),
    ("<http://purl.org/dc/terms/isReplacedBy>", marked("is replaced by")),
)
TRAITS: Sequence[tuple[str, str]] = (
    (OWL + "SymmetricProperty", marked("It holds both ways.")),
    (OWL + "AsymmetricProperty", marked("It never holds both ways.")),
    (OWL + "TransitiveProperty", marked("It holds along a chain.")),
    (OWL + "FunctionalProperty", marked("A thing has one value of it at most.")),
    (OWL + "InverseFunctionalProperty", marked("A value belongs to one thing at most.")),
    (OWL + "IrreflexiveProperty", marked("Nothing has it with itself.")),
)
NOTES: Sequence[tuple[str, str]] = ((f"<{SKOS}example>", marked("Example")), (f"<{SKOS}scopeNote>", marked("Note")))
LIMITS: Sequence[tuple[str, str]] = (
    ("minCount", marked("at least {value}")),
    ("maxCount", marked("at most {value}")),
    ("datatype", marked("of the datatype {value}")),
    ("class", marked("each a {value}")),
    ("nodeKind", marked("each a {value}")),
    ("pattern", marked("written like {value}")),
    ("minInclusive", marked("{value} or more")),
    ("maxInclusive", marked("{value} or less")),
    ("minLength", marked("{value} characters or more")),
    ("maxLength", marked("{value} characters or less")),
    ("hasValue", marked("one of them {value}")),
    ("uniqueLang", marked("one in each language")),
    ("in", marked("one of {value}")),
    ("node", marked("each as {value} says")),
    ("lessThan", marked("less than {value}")),
    ("equals", marked("the same as {value}")),
    ("disjoint", marked("none of {value}")),
)


@dataclass(frozen=True, slots=True)
class Axiom:
    """A statement about a term in words: "is a kind of", and the terms."""

    words: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Term:
    """A term of the document, as its section shows it."""

    resource: Resource

    @property
    def node(self) -> Node:
        """The term."""
        return self.resource.node

    @property
    def anchor(self) -> str:
        """The fragment of its IRI, which is the id of its section."""
        return self.resource.iri.partition("#")[2]

    @cached_property
    def about(self) -> Text | None:
        """Its definition."""
        return definition(self.node)

    @property
    def deprecated(self) -> bool:
        """Whether it should no longer be used."""
        flag = self.node.one(f"<{OWL}deprecated>")
        return flag is not None and flag.text in ("true", "1")

    @property
    def used(self) -> int:
        """How many things are of the class, or statements have the property."""
        edition = self.resource.view.edition
        number = self.node.number
        return edition.class_sizes.get(number, 0) or _statements(edition.dataset, number) if number else 0

    @cached_property
    def axioms(self) -> list[Axiom]:
        """What the ontology says of it, in words; unnamed classes are left to the RDF."""
        found = []
        for path, words in AXIOMS:
            nodes = tuple(node for node in in_order(self.node.all(path)) if node.is_iri)
            if nodes:
                found.append(Axiom(self.resource.view.words.gettext(words), nodes))
        return found

    @property
    def traits(self) -> list[str]:
        """What kind of property it is, in words."""
        types = {node.iri for node in self.resource.types}
        return [self.resource.view.words.gettext(words) for iri, words in TRAITS if iri in types]

    @property
    def notes(self) -> list[tuple[str, Text]]:
        """Examples and notes, each in one language."""
        found = []
        for path, name in NOTES:
            note = self.node.one(path)
            if note is not None:
                found.append((name, Text(note.text, note.tag, self.resource.view.language)))
        return found

    @property
    def demands(self) -> list[Demand]:
        """What a shape demands of each property, in words."""
        return [demand(shape, self.resource.view.words) for shape in self.node.all(f"<{SH}property>")]

    @property
    def message(self) -> Node | None:
        """The message of a shape to whoever breaks it."""
        return self.node.one(f"<{SH}message>")

    @property
    def rest(self) -> list[Property]:
        """For terms that are neither class nor property: their statements."""
        return self.resource.properties


@dataclass(frozen=True, slots=True)
class Demand:
    """What a property shape demands: of which property, in words, and what it says to whoever breaks it."""

    shape: Node
    path: Node | None
    limits: tuple[str, ...]
    message: Node | None


def demand(shape: Node, words: Words) -> Demand:
    """Return the demands of a property shape in words."""
    limits = []
    for name, text in LIMITS:
        values = shape.all(f"<{SH}{name}>")
        if values:
            shown = words.joined([part for value in values for part in _members(value)])
            limits.append(words.gettext(text, value=shown))
    path = shape.one(f"<{SH}path>")
    return Demand(shape, path if path is not None and path.is_iri else None, tuple(limits), shape.one(f"<{SH}message>"))


def _members(value: Node) -> list[str]:
    if not value.is_blank:
        return [value.text]
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    return [node.text for node in value.all(f"<{rdf}rest>*/<{rdf}first>")]


def _statements(dataset: Dataset, number: int) -> int:
    elsewhere = dataset.quads.elsewhere
    return (
        len(dataset.quads.rows_of_predicate(number)) if elsewhere is None else elsewhere.property_uses().get(number, 0)
    )


def document_page(
    publication: Publication, document_iri: str, descriptions: Sequence[Description], language: str
) -> bytes:
    """Return the page of a document that holds many hash IRIs, every term in its own section."""
    edition = edition_of(publication)
    # the fragment tells that the document is served where its terms are, not below doc/
    view = view_of(edition, publication.addresses.document(document_iri + "#"), language)
    document_iri = publication.versions.get(document_iri, document_iri)
    own = next((each for each in descriptions if each.iri == document_iri), None)
    terms = [Term(Resource(each, view)) for each in descriptions if each.iri != document_iri]
    groups = list(grouped(terms))
    resource = Resource(own or descriptions[0], view)
    classes = [term.node for name, found in groups for term in found if name == GROUPS[0][0]]
    return render(
        "vocabulary.html",
        view,
        head=head_of(view, formats=True),
        resource=resource,
        document=view.node(f"<{document_iri}>"),
        document_iri=document_iri,
        about=definition(resource.node) if own else None,
        groups=groups,
        diagram=class_diagram(view, classes),
        schema_org=script_json(_schema_org(view, document_iri)),
    )


def grouped(terms: Sequence[Term]) -> list[tuple[str, list[Term]]]:
    """Return the terms by what they are, each group by label; a term stands in the first group that fits."""
    by_group: dict[str, list[Term]] = {name: [] for name, _ in GROUPS}
    by_group[OTHERS] = []
    for term in terms:
        types = {node.iri for node in term.resource.types}
        name = next((name for name, iris in GROUPS if types.intersection(iris)), OTHERS)
        by_group[name].append(term)
    return [(name, sorted(found, key=_by_label)) for name, found in by_group.items() if found]


def _by_label(term: Term) -> str:
    return term.node.text.casefold()


def _schema_org(view: View, iri: str) -> dict[str, object]:
    return {"@context": "https://schema.org", "@type": "DefinedTermSet", "@id": iri, "name": view.node(f"<{iri}>").text}

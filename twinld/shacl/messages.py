"""The sentence of a result whose shape has none of its own: what the value has to be."""

from __future__ import annotations

from twinld.rdf.terms import TermTable
from twinld.shacl.plan import Constraint

_SENTENCES = {
    "Class": "The value must be an instance of {parameter}.",
    "Datatype": "The value must be a well-formed literal of {parameter}.",
    "NodeKind": "The value must be of the kind {parameter}.",
    "MinExclusive": "The value must be greater than {parameter}.",
    "MinInclusive": "The value must be {parameter} or greater.",
    "MaxExclusive": "The value must be less than {parameter}.",
    "MaxInclusive": "The value must be {parameter} or less.",
    "MinLength": "The value must have {parameter} characters or more.",
    "MaxLength": "The value must have {parameter} characters or fewer.",
    "Pattern": "The value must match the pattern {parameter}.",
    "LanguageIn": "The value must be in one of the languages allowed.",
    "UniqueLang": "Give one value per language.",
    "MinCount": "Give {parameter} or more values.",
    "MaxCount": "Give no more than {parameter}.",
    "HasValue": "Give the value {parameter}.",
    "Equals": "The values must be the same as those of {parameter}.",
    "Disjoint": "The value must not be a value of {parameter} too.",
    "LessThan": "The value must be less than those of {parameter}.",
    "LessThanOrEquals": "The value must not be greater than those of {parameter}.",
    "In": "The value must be one of the list.",
    "Not": "The value must not conform to {parameter}.",
    "Node": "The value must conform to {parameter}.",
    "And": "The value must conform to every shape of the list.",
    "Or": "The value must conform to one shape of the list or more.",
    "Xone": "The value must conform to exactly one shape of the list.",
    "QualifiedMinCount": "Give {parameter} or more values that conform to the qualified shape.",
    "QualifiedMaxCount": "Give no more than {parameter} values that conform to the qualified shape.",
    "Closed": "This property must not stand here: the shape is closed.",
}


def default_message(constraint: Constraint, value: int | None, table: TermTable) -> str:
    """Return the key of an English literal that says what a constraint wants; IRIs stand in angle brackets."""
    sentence = _SENTENCES.get(constraint.component, "The value does not satisfy the constraint {parameter}.")
    key = table.keys[constraint.parameter]
    named = "its shape" if key[0] == "_" else key[1 : key.rindex('"')] if key[0] == '"' else key
    return f'"{sentence.format(parameter=named)}"@en'

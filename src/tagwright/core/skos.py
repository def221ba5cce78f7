"""Taxonomies as SKOS files: Turtle, RDF/XML and JSON-LD.

A file comes from anybody: nothing in it may make us open a connection or another file, and
document types (the way to entity bombs) are refused before anything is parsed.
"""

from __future__ import annotations

import json
import typing
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import escape, quoteattr

from defusedxml import DefusedXmlException
from defusedxml import sax as safe_sax
from rdflib import Graph, Literal
from rdflib.exceptions import ParserError
from rdflib.namespace import split_uri
from rdflib.plugins.parsers.jsonld import to_rdf
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from tagwright.core.skos_graph import PREFIXES, graph_of, taxonomy_of
from tagwright.core.tables import decoded
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput, InvalidTaxonomy
from tagwright.types import FacetKind

SkosFormat = typing.Literal["turtle", "xml", "json-ld"]

MAX_BYTES = 20_000_000
"""About 40,000 concepts: 10,000 take 4 to 7 MB and five to eight seconds."""

_NAMES: dict[SkosFormat, str] = {"turtle": "Turtle", "xml": "RDF/XML", "json-ld": "JSON-LD"}
_MALFORMED = (
    BadSyntax,
    SAXException,
    ParserError,
    ValueError,
    LookupError,
    AttributeError,
    AssertionError,
    TypeError,
)
"""What rdflib's parsers raise for a file that is not what it should be."""
_BASE = "https://tagwright.org/taxonomy/imported/"
"""What relative IRIs are relative to: never a path of this machine."""


def parse_skos(
    data: bytes | str,
    format: SkosFormat,
    name: str | None = None,
    *,
    kind: FacetKind = "any",
    first_parent: bool = False,
) -> Taxonomy:
    """The concepts of a SKOS file, in the tree `skos:broader` and `skos:narrower` draw.

    name: of the taxonomy; the label of the concept scheme unless given. kind: of the one facet
    that a file without Tagwright's own facets becomes, named after the scheme. Concepts come in
    the order of their notation, then label. A tree has one parent a concept: of several the
    first in that order is taken with `first_parent`, and without it they are an error that
    names them. Raises InvalidTaxonomy for what is not SKOS or not a tree.
    """
    size = len(data)
    if size > MAX_BYTES:
        raise InvalidInput(
            f"the SKOS file has {size:,} bytes, more than {MAX_BYTES:,}: split it by top concept"
        )
    graph = _parsed(data, format)
    return taxonomy_of(graph, name=name, kind=kind, first_parent=first_parent)


def format_skos(taxonomy: Taxonomy, format: SkosFormat) -> str:
    """The whole taxonomy, the same text whenever it is asked for; `parse_skos` reads it back."""
    graph = graph_of(taxonomy)
    if format == "turtle":
        return graph.serialize(format=format)
    return _format_xml(graph) if format == "xml" else _format_json(graph)


def _format_xml(graph: Graph) -> str:
    """RDF/XML in the order of the IRIs; rdflib's own order changes from run to run."""
    prefixes = {str(iri): name for name, iri in graph.namespaces() if name in PREFIXES}
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<rdf:RDF"]
    lines += [f"    xmlns:{name}={quoteattr(iri)}" for iri, name in sorted(prefixes.items())]
    lines[-1] += ">"
    for subject in sorted(set(graph.subjects()), key=str):
        lines.append(f"  <rdf:Description rdf:about={quoteattr(str(subject))}>")
        for predicate, value in sorted(graph.predicate_objects(subject)):
            namespace, local = split_uri(str(predicate))
            lines.append(f"    {_element(f'{prefixes[namespace]}:{local}', value)}")
        lines.append("  </rdf:Description>")
    return "\n".join([*lines, "</rdf:RDF>", ""])


def _element(tag: str, value: Node) -> str:
    if not isinstance(value, Literal):
        return f"<{tag} rdf:resource={quoteattr(str(value))}/>"
    said = ""
    if value.language:
        said = f" xml:lang={quoteattr(value.language)}"
    elif value.datatype:
        said = f" rdf:datatype={quoteattr(str(value.datatype))}"
    return f"<{tag}{said}>{escape(str(value))}</{tag}>"


def _format_json(graph: Graph) -> str:
    context = {name: str(iri) for name, iri in graph.namespaces() if name in PREFIXES}
    document = json.loads(graph.serialize(format="json-ld", context=context))
    document["@graph"].sort(key=lambda node: str(node["@id"]))
    return json.dumps(_sorted(document), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _sorted(value: object) -> object:
    """JSON whose lists, which stand for sets, are in one order."""
    if isinstance(value, dict):
        return {key: _sorted(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


def _parsed(data: bytes | str, format: SkosFormat) -> Graph:
    graph = Graph()
    try:
        if format == "xml":
            raw = data.encode() if isinstance(data, str) else data
            _refuse_document_types(raw)
            return graph.parse(data=raw, format=format, publicID=_BASE)
        text = decoded(data, "the SKOS file")
        if format == "turtle":
            return graph.parse(data=text, format=format, publicID=_BASE)
        document = _self_contained(json.loads(text))
        if not isinstance(document, dict | list):
            raise TypeError(f"{document!r} is neither an object nor a list")
        to_rdf(document, graph, _BASE)
        return graph
    except _MALFORMED as error:
        raise InvalidTaxonomy(
            f"the file is not {_NAMES[format]}: {' '.join(str(error).split())[:300]}; "
            f"check how it was exported"
        ) from error
    except RecursionError as error:
        raise InvalidTaxonomy(
            f"the file is nested too deeply for {_NAMES[format]}: export it flat"
        ) from error


def _refuse_document_types(data: bytes) -> None:
    try:
        safe_sax.parseString(data, ContentHandler(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise InvalidTaxonomy(
            "the file has a document type (<!DOCTYPE ...>), which can hide an attack and is not "
            "read: remove it and write out its entities, or export as Turtle"
        ) from error


def _self_contained(document: object) -> object:
    """The document itself. Raises InvalidTaxonomy where a context lies elsewhere.

    rdflib 7.6 opens such contexts, be they on the network or in a local file.
    """
    waiting: list[tuple[object, bool]] = [(document, False)]
    while waiting:
        value, in_context = waiting.pop()
        if isinstance(value, dict):
            if "@import" in value:
                _refuse_context(value["@import"])
            waiting += [(each, key == "@context") for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(each, in_context) for each in value]
        elif in_context and value is not None:
            _refuse_context(value)
    return document


def _refuse_context(where: object) -> None:
    raise InvalidTaxonomy(
        f"the JSON-LD file takes its context from {where!r}, and nothing is fetched: put the "
        f"context itself into the file, or export as Turtle"
    )

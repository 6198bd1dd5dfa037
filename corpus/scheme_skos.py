"""Read schemes in SKOS: Turtle, N-Triples and RDF/XML, with rdflib.

Source: https://www.w3.org/TR/skos-reference/. Only the statements that make a scheme are kept, as a vocabulary has many
others. JSON-LD is not read, because it may refer to a context on another host.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from classmark.corpus.messages import shortened

from .concepts import Concept, codes_of
from .errors import CorpusError, SchemeError
from .formats.xml_prolog import CheckedXml
from .lazy_imports import import_quietly
from .scheme import Code

SUFFIXES = {".ttl": "turtle", ".nt": "turtle", ".rdf": "xml", ".xml": "xml"}
"""Formats by the ending of the file; N-Triples is a part of Turtle."""

_LONGEST = 100_000  # rdflib takes time that grows with the square of the length of a text
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DEPRECATED = "http://www.w3.org/2002/07/owl#deprecated"
_TERMS = {f"{_SKOS}{name}" for name in ("altLabel", "hiddenLabel", "scopeNote", "definition")}
_TOKEN = re.compile(
    r'<[^<>"\s]*+>|#[^\n\r]*+|"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+(?:\'\'\')?'
    r'|"(?:[^"\\\n]|\\.)*+|\'(?:[^\'\\\n]|\\.)*+',
    re.DOTALL,
)
_XML_LITERAL = re.compile(rb"parseType\s*=\s*[\"']Literal")


class _Statements:
    """Collects the statements about concepts: what the parsers of rdflib use of a graph."""

    def __init__(self) -> None:
        self.concepts: dict[str, Concept] = {}
        self.types: set[str] = set()
        self.deprecated: set[str] = set()

    def add(self, triple: tuple[Any, Any, Any]) -> None:
        """Keep a statement of a subject, a predicate and an object, if it makes a scheme."""
        subject, predicate, value = (str(part) for part in triple)
        if predicate == _TYPE:
            is_concept = value == f"{_SKOS}Concept" and type(triple[0]).__name__ == "URIRef"  # no blank node
            self.types |= {subject} if is_concept else set()
        elif predicate == _DEPRECATED:
            self.deprecated |= {subject} if value in {"true", "1", "True"} else set()
        elif predicate in _TERMS:
            self._concept(subject).terms.append(value)
        elif predicate.startswith(_SKOS):
            self._relate(subject, predicate.removeprefix(_SKOS), value, getattr(triple[2], "language", None) or "")

    def _relate(self, subject: str, relation: str, value: str, language: str) -> None:
        if relation == "prefLabel":
            labels = self._concept(subject).labels
            labels[language] = min(labels.get(language, value), value)
        elif relation == "notation":
            concept = self._concept(subject)
            concept.notation = min(concept.notation or value, value)
        elif relation == "broader":
            self._concept(subject).parents.add(value)
        elif relation == "narrower":
            self._concept(value).parents.add(subject)

    def bind(self, *_: object, **__: object) -> None:
        """Take a prefix, which nothing needs."""

    def absolutize(self, uri: str, **_: object) -> str:
        """Return the address of the file, to which other addresses are relative."""
        return uri

    def codes(self) -> tuple[Code, ...]:
        """Return the codes of the concepts that are not deprecated."""
        return codes_of([self._concept(uri) for uri in sorted(self.types - self.deprecated)])

    def _concept(self, uri: str) -> Concept:
        return self.concepts.setdefault(uri, Concept(uri))


def read_skos(content: bytes, format: str, source: str) -> tuple[Code, ...]:  # noqa: A002  # a term of rdflib
    """Read the concepts of a vocabulary, in the order of their URIs.

    Parameters
    ----------
    format
        ``turtle`` or ``xml``.
    source
        The file, for the message if rdflib is missing.

    Raises
    ------
    SchemeError
        If the content is broken, declares entities, or has no concepts.
    CorpusError
        If rdflib is not installed.
    """
    statements = _Statements()
    parse: Callable[[bytes, _Statements, str], None] = _parse_xml if format == "xml" else _parse_turtle
    parse(content, statements, source)
    return statements.codes()


def _parse_turtle(content: bytes, statements: _Statements, source: str) -> None:
    notation3 = import_quietly("rdflib.plugins.parsers.notation3", "skos", source)
    text = content.decode("utf-8-sig")
    for token in _TOKEN.finditer(text):
        if token.end() - token.start() > _LONGEST:
            line = text.count("\n", 0, token.start()) + 1
            raise SchemeError(f"line {line}: a text or URI of more than {_LONGEST:,} letters")
    parser = notation3.SinkParser(notation3.RDFSink(statements), baseURI="file:///", turtle=True)
    try:
        parser.feed(text)
    except RecursionError:
        raise SchemeError(f"line {parser.lines + 1}: nested too deep") from None
    except Exception as error:  # rdflib raises any exception on broken files
        reason = getattr(error, "_why", "") or type(error).__name__
        raise SchemeError(f"line {parser.lines + 1}: not sound Turtle or N-Triples ({reason})") from None


def _parse_xml(content: bytes, statements: _Statements, source: str) -> None:
    rdfxml = import_quietly("rdflib.plugins.parsers.rdfxml", "skos", source)
    from xml.sax import SAXParseException, xmlreader  # noqa: PLC0415  # only here

    checked = _checked_xml(content)
    document = xmlreader.InputSource("file:///")
    document.setByteStream(io.BytesIO(checked))
    document.getPublicId = lambda: "file:///"  # type: ignore[method-assign]  # rdflib asks it for the base
    try:
        parser = rdfxml.create_parser(document, statements)
        _bound_texts(parser.getContentHandler())
        parser.parse(document)
    except SchemeError:
        raise
    except SAXParseException as error:
        raise SchemeError(f"line {error.getLineNumber()}: not sound XML ({error.getMessage()})") from None
    except Exception as error:  # rdflib raises any exception on broken files
        raise SchemeError(f"not sound RDF/XML ({type(error).__name__}: {shortened(str(error), 100)})") from None


def _bound_texts(handler: Any) -> None:  # a type of rdflib
    """Refuse long texts, which CDATA sections may hold piece by piece."""
    take = handler.characters

    def characters(content: str) -> None:
        if len(handler.current.data or "") > _LONGEST:
            raise SchemeError(f"line {handler.locator.getLineNumber()}: a text of more than {_LONGEST:,} letters")
        take(content)

    handler.characters = characters


def _checked_xml(content: bytes) -> bytes:
    """Return a document in UTF-8 that declares nothing, and holds no text that takes rdflib long."""
    try:
        stream = CheckedXml(io.BufferedReader(io.BytesIO(content)))
        checked = b"".join(iter(lambda: stream.read(1 << 16), b""))
    except CorpusError as error:
        raise SchemeError(str(error)) from None
    if max(map(len, checked.split(b"<"))) > _LONGEST:
        raise SchemeError(f"a text of more than {_LONGEST:,} bytes between two tags")
    if _XML_LITERAL.search(checked):
        raise SchemeError("a value is XML itself (parseType='Literal'), which is not read; save the file as Turtle")
    return checked

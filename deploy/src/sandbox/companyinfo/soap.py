"""SOAP 1.1 envelopes as the provider reads and writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from sandbox.companyinfo.faults import INCOMPLETE, WRONG_FORMAT, Fault

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE = "http://www.webservices.nl/soap/"


@dataclass(frozen=True)
class Call:
    """One request: the operation, its parameters and the header that says who asks."""

    operation: str
    parameters: Mapping[str, Any]
    header: Mapping[str, Mapping[str, str]]

    def text(self, name: str) -> str:
        """A parameter as text; empty when it is left out."""
        return str(self.parameters.get(name) or "").strip()

    def number(self, name: str, default: int) -> int:
        """A whole-number parameter; raises a Fault when it is something else."""
        text = self.text(name)
        if not text:
            return default
        if not text.lstrip("-").isdecimal():
            raise Fault(WRONG_FORMAT, f"{name} is not a number")
        return int(text)

    def items(self, name: str) -> list[str]:
        """A parameter that is an array of texts."""
        found = self.parameters.get(name)
        return [str(item) for item in found] if isinstance(found, list) else []


def read(body: bytes) -> Call:
    """Read a request; raises a Fault when it is not one."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as wrong:
        raise Fault(WRONG_FORMAT, "not well-formed XML") from wrong
    if envelope.tag != f"{{{ENVELOPE}}}Envelope":
        raise Fault(WRONG_FORMAT, "not a SOAP 1.1 envelope")
    content = envelope.find(f"{{{ENVELOPE}}}Body")
    if content is None or len(content) != 1:
        raise Fault(INCOMPLETE, "the body holds no single request")
    header = envelope.find(f"{{{ENVELOPE}}}Header")
    parameters = _value(content[0])
    return Call(
        operation=_name(content[0]),
        parameters=parameters if isinstance(parameters, dict) else {},
        header={_name(entry): _texts(entry) for entry in (header if header is not None else ())},
    )


def answer(operation: str, content: Mapping[str, Any]) -> bytes:
    """Write the response of an operation; a value of None is an absent element."""
    response = etree.Element(f"{{{SERVICE}}}{operation}Response", nsmap={"ws": SERVICE})
    _write(response, content)
    return _envelope(response)


def fault(code: str, text: str) -> bytes:
    """Write a fault; the code stands in the detail, as it does in the HTTP header."""
    element = etree.Element(f"{{{ENVELOPE}}}Fault")
    side = "Client" if code.startswith("Client") else "Server"
    etree.SubElement(element, "faultcode").text = f"soap:{side}"
    etree.SubElement(element, "faultstring").text = text
    etree.SubElement(etree.SubElement(element, "detail"), "errorcode").text = code
    return _envelope(element)


def _envelope(content: etree._Element) -> bytes:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    etree.SubElement(envelope, f"{{{ENVELOPE}}}Body").append(content)
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="utf-8"))


def _write(parent: etree._Element, content: Mapping[str, Any]) -> None:
    for name, value in content.items():
        if value is not None:
            _write_value(etree.SubElement(parent, f"{{{SERVICE}}}{name}"), value)


def _write_value(element: etree._Element, value: Any) -> None:
    if isinstance(value, Mapping):
        _write(element, value)
    elif isinstance(value, list | tuple):
        for item in value:
            _write_value(etree.SubElement(element, f"{{{SERVICE}}}item"), item)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    else:
        element.text = str(value)


def _value(element: etree._Element) -> Any:
    children = list(element.iterchildren("{*}*"))  # elements only, no comments
    if not children:
        return element.text or ""
    if all(_name(child) == "item" for child in children):
        return [_value(child) for child in children]
    return {_name(child): _value(child) for child in children}


def _texts(element: etree._Element) -> dict[str, str]:
    return {_name(child): child.text or "" for child in element.iterchildren("{*}*")}


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)

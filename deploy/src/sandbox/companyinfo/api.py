"""The provider's HTTP door: two hosts, as the paths /ws1 and /ws2."""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, Response, request

from sandbox.behaviour import delay
from sandbox.companyinfo import soap
from sandbox.companyinfo.faults import TEMPORARY, Fault
from sandbox.companyinfo.register import Register

_XML = "text/xml; charset=utf-8"
_REAL = "https://ws1.webservices.nl/soap_doclit"


def blueprint(register: Register) -> Blueprint:
    """The SOAP 1.1 endpoint on both hosts, with and without .php."""
    door = Blueprint("companyinfo", __name__)

    @door.get("/<any(ws1, ws2):host>/soap_doclit")
    @door.get("/<any(ws1, ws2):host>/soap_doclit.php")
    def describe(host: str) -> Response:
        """Hand out the WSDL, with this host as the address of the service."""
        wsdl = (files(__package__) / "service.wsdl").read_text(encoding="utf-8")
        here = f'location="{request.host_url}{host}/soap_doclit"'
        return Response(wsdl.replace(f'location="{_REAL}"', here), content_type=_XML)

    @door.post("/<any(ws1, ws2):host>/soap_doclit")
    @door.post("/<any(ws1, ws2):host>/soap_doclit.php")
    def call(host: str) -> Response:
        """Answer one SOAP call the way this host behaves now."""
        behaviour = register.behaviours.companyinfo
        register.counters.count("companyinfo", "arrived", host)
        delay(behaviour.slow_ms)
        state = behaviour.ws1 if host == "ws1" else behaviour.ws2
        if state == "gateway":
            return Response("<html><body>Service Unavailable</body></html>", 503, content_type="text/html")
        if state == "unavailable":
            return _refuse(Fault(TEMPORARY, "Maintenance"))
        try:
            if register.behaviours.use_up("companyinfo", "fail_next"):
                raise Fault(behaviour.fail_code, "As told")
            asked = soap.read(request.get_data())
            return Response(soap.answer(asked.operation, register.perform(asked)), content_type=_XML)
        except Fault as fault:
            return _refuse(fault)

    return door


def _refuse(fault: Fault) -> Response:
    # SOAP 1.1 over HTTP answers every fault with status 500; the code also travels as a header.
    return Response(soap.fault(fault.code, fault.text), 500, content_type=_XML, headers={"X-WS-ErrorCode": fault.code})

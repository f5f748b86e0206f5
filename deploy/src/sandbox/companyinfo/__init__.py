"""Stand-in of Company.info: the Webservices.nl platform over SOAP 1.1, document/literal."""

from sandbox.companyinfo.api import blueprint
from sandbox.companyinfo.register import Register

__all__ = ["Register", "blueprint"]

"""Company.info, reached through the SOAP platform of Webservices.nl."""

from enrichment.providers.companyinfo.register import CompanyInfo, CompanyInfoSettings

__all__ = ["CompanyInfo", "CompanyInfoSettings"]

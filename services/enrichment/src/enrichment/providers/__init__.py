"""Company registers outside the house, each behind the port `CompanyRegister`."""

"""Settings of the service enrichment."""

from dataclasses import dataclass, field

from shared.settings import ServiceSettings, SettingsMissing


@dataclass(frozen=True, kw_only=True)
class EnrichmentSettings(ServiceSettings):
    """Where the registers are, how long to wait for them, and how long their answers hold; times in seconds.

    ``companyinfo_urls`` is also the list of the only addresses an administrator may choose from, so that the
    account's password and our requests cannot be sent anywhere else.
    """

    data_key: str = field(repr=False)
    companyinfo_urls: tuple[str, ...] = (
        "https://ws1.webservices.nl/soap_doclit",
        "https://ws2.webservices.nl/soap_doclit",
    )
    register_connect_timeout: float = 2.0
    register_response_timeout: float = 12.0
    circuit_failures: int = 3
    circuit_rest: float = 15.0
    lookup_lease: float = 30.0
    """After so long, whoever asked is taken to be dead and the question is put, and perhaps paid, again."""
    answer_window: float = 86_400.0
    """For so long an answer is given again without asking, and paying, anew."""
    lookup_threads: int = 4
    demo: bool = False

    def __post_init__(self) -> None:
        """Refuse a lease that ends while a call may still be under way: it would pay for one answer twice."""
        longest = len(self.companyinfo_urls) * (self.register_connect_timeout + self.register_response_timeout)
        if self.lookup_lease <= longest:
            raise SettingsMissing(
                f"Settings: LOOKUP_LEASE must be longer than a call can take, which is {longest:g} seconds by "
                "REGISTER_CONNECT_TIMEOUT and REGISTER_RESPONSE_TIMEOUT for every address."
            )

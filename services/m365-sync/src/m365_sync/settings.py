"""Settings of the service m365_sync."""

from dataclasses import dataclass, field

from shared.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class M365SyncSettings(ServiceSettings):
    """Where Microsoft is, and as which registered application we speak to it.

    ``login_base_url`` sends the sign-in traffic of ``login_authority`` to another address, such as the sandbox.
    """

    data_key: str = field(repr=False)
    gateway_url: str = "http://127.0.0.1:8000"
    graph_base_url: str = "https://graph.microsoft.com/v1.0"
    login_authority: str = "https://login.microsoftonline.com/organizations"
    login_base_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    demo: bool = False

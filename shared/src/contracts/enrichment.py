"""Facts about register data, owned by the service ``enrichment``."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts import erasure, merging
from contracts.declaration import Code, event

RELATION = "01936f2e-7c1a-7d10-8a57-0a4b4b3a9c02"
Provider = Literal["companyweb", "companyinfo", "graydon", "kbo", "kvk", "vies"]


@event("enrichment.profile.updated", example={"relation_id": RELATION, "provider": "companyinfo", "outcome": "found"})
@dataclass(frozen=True)
class ProfileUpdated:
    """A look-up for a relation ended and its register panel changed."""

    relation_id: UUID
    provider: Provider
    outcome: Literal["found", "not_found", "failed"]


@event(
    "enrichment.alert.raised",
    example={"relation_id": RELATION, "provider": "companyinfo", "code": "bankruptcy", "severity": "red"},
)
@dataclass(frozen=True)
class AlertRaised:
    """Register data gives reason for a warning that was not there before."""

    relation_id: UUID
    provider: Provider
    code: Code
    severity: Literal["red", "amber"]


@event("enrichment.alert.cleared", example={"relation_id": RELATION, "provider": "companyinfo", "code": "bankruptcy"})
@dataclass(frozen=True)
class AlertCleared:
    """The reason for an earlier warning is gone."""

    relation_id: UUID
    provider: Provider
    code: Code


@event("enrichment.erasure.completed", example=erasure.EXAMPLE)
@dataclass(frozen=True)
class EnrichmentErasureCompleted(erasure.ErasureAnswer):
    """The service enrichment carried out one batch of an erasure."""


@event("enrichment.merge.followed", example=merging.EXAMPLE)
@dataclass(frozen=True)
class EnrichmentMergeFollowed(merging.MergeFollowed):
    """The service enrichment moved what it holds of a merged relation, or moved it back."""

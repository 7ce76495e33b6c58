"""Plivo over HTTP: knows nothing of Pulumi and reads no environment."""

from typing import TYPE_CHECKING, Any

from pulumi_plivo.api.defaults import DEFAULT_BASE_URL, DEFAULT_MAX_RETRIES, DEFAULT_RATE_LIMIT, DEFAULT_TIMEOUT
from pulumi_plivo.api.errors import ApiError, NotSentError, harmless
from pulumi_plivo.api.models import (
    AccountNumber,
    AccountNumberPage,
    MemberKind,
    NumberPool,
    Page,
    PoolMember,
    Powerpack,
)
from pulumi_plivo.api.offers import Offer
from pulumi_plivo.api.paths import checked_auth_id, checked_base_url

if TYPE_CHECKING:
    from pulumi_plivo.api.client import Client

__all__ = [
    "DEFAULT_BASE_URL",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_RATE_LIMIT",
    "DEFAULT_TIMEOUT",
    "AccountNumber",
    "AccountNumberPage",
    "ApiError",
    "Client",
    "MemberKind",
    "NotSentError",
    "NumberPool",
    "Offer",
    "Page",
    "PoolMember",
    "Powerpack",
    "checked_auth_id",
    "checked_base_url",
    "harmless",
]


def __getattr__(name: str) -> Any:
    # A program makes no calls, and a preview without changes neither: neither has to wait for `requests`.
    if name == "Client":
        from pulumi_plivo.api.client import Client

        return Client
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

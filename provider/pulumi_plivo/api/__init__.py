"""Plivo over HTTP: knows nothing of Pulumi and reads no environment."""

from pulumi_plivo.api.client import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT, Client
from pulumi_plivo.api.errors import ApiError, harmless
from pulumi_plivo.api.models import AccountNumber, MemberKind, NumberPool, Page, PoolMember, Powerpack
from pulumi_plivo.api.pacing import DEFAULT_RATE_LIMIT
from pulumi_plivo.api.paths import DEFAULT_BASE_URL, checked_auth_id, checked_base_url

__all__ = [
    "DEFAULT_BASE_URL",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_RATE_LIMIT",
    "DEFAULT_TIMEOUT",
    "AccountNumber",
    "ApiError",
    "Client",
    "MemberKind",
    "NumberPool",
    "Page",
    "PoolMember",
    "Powerpack",
    "checked_auth_id",
    "checked_base_url",
    "harmless",
]

"""Changes of a pool's members that end in a known state: after a lost answer the live pool decides."""

from collections.abc import Callable, Collection
from dataclasses import replace
from enum import Enum, auto
from typing import TypeVar

from pulumi_plivo.api import ApiError, Client, MemberKind, PoolMember

Found = TypeVar("Found")

#: Countries whose calling code is one digit, `1`: what remains is what the filter `starts_with` wants.
ONE_DIGIT_CALLING_CODE = ("US", "CA")


class Removal(Enum):
    """How a removal ended."""

    REMOVED = auto()
    WAS_ABSENT = auto()


class OutcomeUnknownError(Exception):
    """A call may have worked, and the look-up that would tell failed too; `error` is the call's."""

    def __init__(self, error: ApiError) -> None:
        self.error = error
        super().__init__(str(error))


class Membership:
    """One kind of members in the pools of one account."""

    def __init__(self, client: Client, kind: MemberKind) -> None:
        self.client = client
        self.kind = kind

    def find(self, number_pool_uuid: str, digits: str) -> PoolMember | None:
        """Return the live member, None when it is not in the pool. Raises ApiError.

        Plivo's SDKs disagree whether a look-up without a service covers the members for MMS, so these are asked for
        before a member counts as gone.
        """
        member = found(lambda: self.client.pool_members.get(self.kind, number_pool_uuid, digits))
        if member is not None or self.kind is MemberKind.SHORTCODE:
            return member
        for_mms = found(lambda: self.client.pool_members.get(self.kind, number_pool_uuid, digits, service="mms"))
        return None if for_mms is None else replace(for_mms, service=for_mms.service or "mms")

    def find_with_service(self, number_pool_uuid: str, digits: str, wanted: str | None) -> PoolMember | None:
        """Return the live member with its `service`, which only the list tells. Raises ApiError.

        Should the pool list the number once for each service, the entry with the `wanted` one is returned. The
        service stays None where Plivo does not tell it.
        """
        member = self.find(number_pool_uuid, digits)
        if member is None or member.service is not None:
            return member
        filters = {}
        if member.country_iso2 in ONE_DIGIT_CALLING_CODE and digits.startswith("1"):
            filters = {"starts_with": (digits[1:],), "country_iso2": member.country_iso2}
        entries = [
            entry
            for entry in self.client.pool_members.all(self.kind, number_pool_uuid, **filters)
            if entry.digits == digits
        ]
        return next((entry for entry in entries if entry.service == wanted), (entries or [member])[0])

    def present_among(self, number_pool_uuid: str, numbers: Collection[str]) -> dict[str, PoolMember]:
        """Return those numbers that are in the pool, as it was up to 30 seconds ago. Raises ApiError."""
        return {digits: each for digits, each in self.everything_in(number_pool_uuid).items() if digits in numbers}

    def confirmed_among(self, number_pool_uuid: str, numbers: Collection[str]) -> dict[str, PoolMember]:
        """Return those numbers that are in the pool now, each with its service. Raises ApiError."""
        live = {digits: self.find_with_service(number_pool_uuid, digits, None) for digits in numbers}
        return {digits: each for digits, each in live.items() if each is not None}

    def everything_in(self, number_pool_uuid: str) -> dict[str, PoolMember]:
        """Return all members of the pool, by their digits; none of a pool that does not exist. Raises ApiError."""
        members = found(lambda: list(self.client.pool_members.all(self.kind, number_pool_uuid)))
        return {each.digits: each for each in members or ()}

    def add(self, number_pool_uuid: str, digits: str, service: str | None) -> PoolMember:
        """Add a member that was absent just before.

        An answer that was lost, or a refusal of a second try, may follow a first try that worked. Raises ApiError
        when the member is not in the pool afterwards, and OutcomeUnknownError when that can't be found out.
        """
        try:
            return self.client.pool_members.add(self.kind, number_pool_uuid, digits, service=service)
        except ApiError as error:
            live = self._after(error, number_pool_uuid, digits) if _may_have_worked(error) else None
            if live is None:
                raise
            return live

    def remove(self, number_pool_uuid: str, digits: str, *, unrent: bool = False) -> Removal:
        """Remove a member.

        Raises ApiError when it is still in the pool afterwards, and OutcomeUnknownError when that can't be found out.
        """
        try:
            self.client.pool_members.remove(self.kind, number_pool_uuid, digits, unrent=unrent)
        except ApiError as error:
            if not (error.is_not_found or _may_have_worked(error)):
                raise
            if self._after(error, number_pool_uuid, digits) is not None:
                raise
            if error.is_not_found and error.attempts == 1:
                return Removal.WAS_ABSENT
        return Removal.REMOVED

    def is_rented(self, digits: str) -> bool:
        """Whether the account rents the number. Raises ApiError."""
        return found(lambda: self.client.account_numbers.get(digits)) is not None

    def _after(self, error: ApiError, number_pool_uuid: str, digits: str) -> PoolMember | None:
        try:
            return self.find(number_pool_uuid, digits)
        except ApiError as look_up:
            raise OutcomeUnknownError(error) from look_up


def _may_have_worked(error: ApiError) -> bool:
    """Whether a call that ended in `error` may have changed something at Plivo."""
    return error.is_answer_lost or error.attempts > 1


def found(look_up: Callable[[], Found]) -> Found | None:
    """Return what a look-up finds, None for a 404. Raises ApiError for anything else."""
    try:
        return look_up()
    except ApiError as error:
        if error.is_not_found:
            return None
        raise

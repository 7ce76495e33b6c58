"""One mapping of a seed, read key by key; what is wrong is an error with the path of its key."""

import re
import uuid
from collections.abc import Iterator, Mapping
from decimal import Decimal

RATE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,5})?")


class SeedError(ValueError):
    """A seed that is not as documented; the text begins with the path of the key."""


class SeedNode:
    """A mapping in the seed, and the path that leads to it."""

    def __init__(self, path: str, value: object) -> None:
        self.path = path
        if not isinstance(value, Mapping):
            msg = f"{path or 'seed'}: must be a mapping"
            raise SeedError(msg)
        self._value = value

    def error(self, key: str, why: str) -> SeedError:
        """Return the error for a key."""
        return SeedError(f"{self._at(key)}: {why}")

    def only(self, *known: str) -> None:
        """Refuse every key but the known ones."""
        for key in self._value:
            if key not in known:
                raise self.error(str(key), f"is not known here; known are {', '.join(known)}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text, the default when it is left out; only a default of "" lets it be empty."""
        value = self._value.get(key, default)
        if value is None:
            raise self.error(key, "is missing")
        # YAML reads a number that is not quoted as a number.
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not (value or default == ""):
            raise self.error(key, "must be a text that is not empty")
        return value

    def digits(self, key: str, form: re.Pattern[str], what: str) -> str:
        """Return digits of a form, without a leading +."""
        digits = self.text(key).removeprefix("+")
        if not form.fullmatch(digits):
            raise self.error(key, f"must be {what}")
        return digits

    def uuid(self, key: str) -> str | None:
        """Return a uuid as it is commonly written, None when it is left out."""
        if key not in self._value:
            return None
        text = self.text(key)
        try:
            return str(uuid.UUID(text))
        except ValueError:
            raise self.error(key, f"{text!r} is not a uuid") from None

    def boolean(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._value.get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false")
        return value

    def rate(self, key: str, default: str) -> str:
        """Return a price with five digits after the point, as Plivo writes it."""
        value = self._value.get(key, default)
        text = str(value) if isinstance(value, float) else self.text(key, default)
        if not RATE.fullmatch(text):
            raise self.error(key, "must be a price, as in 0.50")
        return f"{Decimal(text):.5f}"

    def one_of(self, key: str, default: str, known: tuple[str, ...]) -> str:
        """Return one of the known texts."""
        value = self.text(key, default)
        if value not in known:
            raise self.error(key, f"{value!r} is not one of {', '.join(known)}")
        return value

    def items(self, key: str, short: str | None = None) -> Iterator["SeedNode"]:
        """Return the mappings of a list; with `short`, an item may also be the value of just that key."""
        values = self._value.get(key)
        if values is None:
            values = []
        if not isinstance(values, list):
            raise self.error(key, "must be a list")
        for position, value in enumerate(values):
            whole = {short: value} if short is not None and not isinstance(value, Mapping) else value
            yield SeedNode(f"{self._at(key)}[{position}]", whole)

    def raw(self, key: str, default: object) -> object:
        """Return a value as it is, for the caller to check."""
        return self._value.get(key, default)

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

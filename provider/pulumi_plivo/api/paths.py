"""What may stand in a URL: every part is checked and escaped before a call is made."""

import ipaddress
import re
from urllib.parse import quote, urlsplit

_DIGITS = re.compile(r"[0-9]{3,15}", re.ASCII)
_PREFIX = re.compile(r"[0-9]{1,15}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII | re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
#: The characters that RFC 3986 lets stand in a URL, without `?` and `#`; in all, so that no two readers disagree.
_BASE_URL = re.compile(r"[A-Za-z0-9._~:/\[\]@!$&'()*+,;=%-]+", re.ASCII)
_AUTH_ID = re.compile(r"[MS]A[A-Z0-9]{18}", re.ASCII)


def checked_digits(text: str) -> str:
    """Return `text` if it is 3 to 15 ASCII digits: a number or a shortcode. Raises ValueError otherwise."""
    return _checked(_DIGITS, text, "3 to 15 digits")


def checked_prefix(text: str) -> str:
    """Return `text` if it is 1 to 15 ASCII digits: how a number begins. Raises ValueError otherwise."""
    return _checked(_PREFIX, text, "1 to 15 digits")


def checked_uuid(text: str) -> str:
    """Return `text` if it is a UUID. Raises ValueError otherwise."""
    return _checked(_UUID, text, "a UUID")


def checked_country(text: str) -> str:
    """Return `text` if it is two ASCII letters. Raises ValueError otherwise."""
    return _checked(_COUNTRY, text, "a country's two letters, such as 'US'")


def is_digits(text: str) -> bool:
    """Whether `text` is 3 to 15 ASCII digits."""
    return _DIGITS.fullmatch(text) is not None


def is_country(text: str) -> bool:
    """Whether `text` is two ASCII letters."""
    return _COUNTRY.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """Whether `text` is a UUID."""
    return _UUID.fullmatch(text) is not None


def checked_auth_id(text: str) -> str:
    """Return `text` if it is 20 capital letters and digits that start with MA or SA.

    Raises ValueError otherwise, without the text: where an auth id is expected, a token may have been pasted.
    """
    if not _AUTH_ID.fullmatch(text):
        raise ValueError("an auth id is 20 capital letters and digits that start with MA (or SA, a subaccount)")
    return text


def checked_base_url(text: str) -> str:
    """Return the base URL without a slash at its end.

    Raises ValueError unless it is https, or http to a loopback address: credentials go out with every call. The
    error never shows the text, in which a password may stand.
    """
    if "?" in text or "#" in text:
        raise ValueError("a base URL has no query or fragment")
    if not _BASE_URL.fullmatch(text):
        raise ValueError("a base URL is an http or https URL without spaces and other characters that need escaping")
    try:
        address = urlsplit(text)
        host, port = address.hostname, address.port
    except ValueError:
        raise ValueError("a base URL is an http or https URL; its port is a number up to 65535") from None
    if address.scheme not in ("http", "https") or not host:
        raise ValueError("a base URL starts with https://, or http:// for this machine, and a host")
    if "@" in address.netloc:
        raise ValueError("a base URL has no credentials")
    if port == 0:
        raise ValueError("a base URL has a port from 1 to 65535, where it names one")
    if address.scheme == "http" and not is_loopback(host):
        raise ValueError("plain http only to this machine: credentials would be readable")
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine: `localhost` or a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def joined(*parts: str) -> str:
    """Join escaped path parts; the result ends in a slash, as Plivo's documents always show."""
    return "".join(quote(part, safe="") + "/" for part in parts)


def _checked(pattern: re.Pattern[str], text: str, meaning: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"{text!r} is not {meaning}")
    return text

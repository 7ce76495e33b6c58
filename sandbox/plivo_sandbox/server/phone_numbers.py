"""What a phone number is, whoever rents it: its type, its place, what it can do, and what it costs."""

from dataclasses import dataclass

TOLLFREE = "tollfree"
#: What Plivo calls a number's type; `toll-free` is read as `tollfree`.
NUMBER_TYPES = ("fixed", "local", "mobile", "national", TOLLFREE)
#: The digits in front of a national number; elsewhere the whole number counts as national.
CALLING_CODES = {"US": "1", "CA": "1", "AU": "61", "DE": "49", "ES": "34", "FR": "33", "GB": "44", "IE": "353"}
#: A country's name where Plivo writes it in full; another one is written as its code.
COUNTRIES = {
    "US": "UNITED STATES",
    "CA": "CANADA",
    "AU": "AUSTRALIA",
    "DE": "GERMANY",
    "ES": "SPAIN",
    "FR": "FRANCE",
    "GB": "UNITED KINGDOM",
    "IE": "IRELAND",
}


@dataclass(frozen=True)
class PhoneNumber:
    """A number and what it can do, whoever rents it; `monthly_rental_rate` is in US dollars, as a text."""

    number: str
    country_iso2: str = "US"
    type: str = "fixed"
    region: str = ""
    city: str = ""
    sms: bool = True
    mms: bool = True
    voice: bool = True
    monthly_rental_rate: str = "0.50000"


@dataclass(frozen=True)
class Offer:
    """A number that can be bought, with what is said of it only until then."""

    phone_number: PhoneNumber
    setup_rate: str = "0.00000"
    lata: str | None = None
    rate_center: str | None = None
    restriction: str | None = None
    restriction_text: str | None = None


def network_type(number_type: str) -> str:
    """Return a number's type where only fixed, mobile and toll-free ones are told apart: in pools, and on offer."""
    return "fixed" if number_type in ("local", "national") else number_type


def national(number: str, country_iso2: str) -> str:
    """Return the number without the calling code of its country."""
    return number.removeprefix(CALLING_CODES.get(country_iso2, ""))

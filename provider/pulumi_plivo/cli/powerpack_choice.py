"""Which Powerpacks a command is about, and what each is called in a program."""

import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from pulumi_plivo.api import Powerpack, harmless
from pulumi_plivo.cli.endings import WrongUsageError
from pulumi_plivo.errors import listed

_OTHER = re.compile(r"[^a-z0-9]+", re.ASCII)


def shown(powerpack: Powerpack) -> str:
    """Return a Powerpack's name as it can be shown; one that no terminal should get is left out."""
    return harmless(powerpack.name) if powerpack.name else "(without a name that can be shown)"


def chosen(powerpacks: Sequence[Powerpack], wanted: str) -> Powerpack:
    """Return the Powerpack of this name, or of this uuid, its own or its pool's. Raises WrongUsageError."""
    uuid = wanted.lower()
    found = [each for each in powerpacks if uuid in (each.uuid.lower(), (each.number_pool_uuid or "").lower())]
    found = found or [each for each in powerpacks if each.name == wanted]
    if len(found) > 1:
        uuids = listed([each.uuid for each in found])
        raise WrongUsageError(f"several Powerpacks are called {harmless(repr(wanted))}: name one by its uuid: {uuids}")
    if not found:
        raise WrongUsageError(f"there is no Powerpack {harmless(repr(wanted))}; {there_are(powerpacks)}")
    return found[0]


def there_are(powerpacks: Sequence[Powerpack]) -> str:
    """Say which Powerpacks there are, for the end of a sentence."""
    if not powerpacks:
        return "the account has no Powerpack"
    return f"there are {listed(sorted(f'{shown(each)} ({each.uuid})' for each in powerpacks))}"


def pool_of(powerpack: Powerpack) -> str:
    """Return the uuid of a Powerpack's pool. Raises WrongUsageError where Plivo tells none."""
    if powerpack.number_pool_uuid is None:
        raise WrongUsageError(f"Powerpack {shown(powerpack)} ({powerpack.uuid}): Plivo does not tell its number pool")
    return powerpack.number_pool_uuid.lower()


def names(powerpacks: Sequence[Powerpack]) -> dict[str, str]:
    """Return what each Powerpack is called in a program, by its uuid.

    A name is a Python identifier, and no other Powerpack of the account has it. Those whose names would be the same
    have the first digits of their uuids behind them, whatever their order.
    """
    plain = {each.uuid: _identifier(each.name or "") for each in powerpacks}
    short = _told_apart(plain, {uuid: uuid[:8] for uuid in plain})
    return _told_apart(short, {uuid: uuid.replace("-", "_") for uuid in plain})


def _told_apart(called: dict[str, str], ends: dict[str, str]) -> dict[str, str]:
    often = Counter(called.values())
    return {uuid: name if often[name] == 1 else f"{name}_{ends[uuid].lower()}" for uuid, name in called.items()}


def _identifier(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = _OTHER.sub("_", ascii_name.lower()).strip("_")
    is_one = plain.isidentifier() and not keyword.iskeyword(plain)
    return plain if is_one else f"pool_{plain}".rstrip("_")

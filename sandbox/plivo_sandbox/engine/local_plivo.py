"""The local Plivo that a stack's config points at, for as long as a command runs."""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.passphrase import DEFAULT_PASSPHRASE, PASSPHRASES, Crypter, passphrase_from
from plivo_sandbox.engine.project import Project, plain_value

BASE_URL = "plivo:baseUrl"
# The sandbox listens there and nowhere else.
HOSTS = ("127.0.0.1", "localhost")

AUTH_ID, AUTH_TOKEN = "plivo:authId", "plivo:authToken"
SHELL_AUTH_ID, SHELL_AUTH_TOKEN = "PLIVO_AUTH_ID", "PLIVO_AUTH_TOKEN"


def local_port(project: Project, settings: Mapping[str, Any], stack: str) -> int:
    """Return the port on which the stack expects its local Plivo.

    Raises:
        EngineError: the stack does not point at a local Plivo.
    """
    url = plain_value(project, settings, BASE_URL)
    parts = urlsplit(url or "")
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme == "http" and parts.hostname in HOSTS and port:
        return port
    raise EngineError(
        f"stack {stack} is not on a local Plivo ({BASE_URL} is {url or 'not set'}): use pulumi itself for it"
    )


def with_its_token(
    project: Project,
    settings: Mapping[str, Any],
    environment: Mapping[str, str],
    database: Path,
    say: Callable[[str], None],
) -> dict[str, str]:
    """Return the environment without the shell's token, which may be a real account's.

    In its place the stack's own counts; without one, that of its account in the local Plivo's database.

    Raises:
        EngineError: the stack has no token, and its account is not there.
    """
    kept = {name: value for name, value in environment.items() if name != SHELL_AUTH_TOKEN}
    if not environment.get(SHELL_AUTH_TOKEN):
        return kept
    not_used = f"{SHELL_AUTH_TOKEN} of this shell is not used: "
    auth_id = plain_value(project, settings, AUTH_ID) or environment.get(SHELL_AUTH_ID)
    if plain_value(project, settings, AUTH_TOKEN):
        say(f"{not_used}stack config has {AUTH_TOKEN}, for the local Plivo")
        return kept
    if not auth_id:
        say(f"{not_used}the stack has no {AUTH_ID}, so no account on the local Plivo")
        return kept
    own = _token_of(database, auth_id)
    if own is None:
        raise EngineError(
            f"{SHELL_AUTH_TOKEN} of this shell is not sent to a local Plivo, and {database} has no account of"
            f" the stack's {AUTH_ID}: set {AUTH_TOKEN} to the token that the local Plivo knows"
        )
    say(f"{not_used}the stack's account has a token of its own on the local Plivo")
    return {**kept, SHELL_AUTH_ID: auth_id, SHELL_AUTH_TOKEN: own}


def _token_of(database: Path, auth_id: str) -> str | None:
    from plivo_sandbox.server.accounts import token_of
    from plivo_sandbox.server.database import database as opened

    with opened(database) as connection:
        return token_of(connection, auth_id)


def with_its_passphrase(
    settings: Mapping[str, Any], environment: Mapping[str, str], say: Callable[[str], None]
) -> dict[str, str]:
    """Return the environment with the passphrase that opens the stack's file: the shell's own, or the public one.

    The shell's may be for other stacks, while the file of a stack on the local Plivo can have the public one, as the
    shipped one has. Where neither opens it, the environment stays as it is: the engine says so in its own words.
    """
    salt = settings.get("encryptionsalt")
    exported = [name for name in PASSPHRASES if name in environment]
    if not (salt and exported) or _opens(environment, salt) or not Crypter(DEFAULT_PASSPHRASE, salt).is_right():
        return dict(environment)
    say(f"{exported[0]} of this shell is not used: the stack's file has the local Plivo's, which is public")
    kept = {name: value for name, value in environment.items() if name not in PASSPHRASES}
    return {**kept, PASSPHRASES[0]: DEFAULT_PASSPHRASE}


def _opens(environment: Mapping[str, str], salt: str) -> bool:
    try:
        return Crypter(passphrase_from(environment), salt).is_right()
    except EngineError:
        # A file that cannot be read is not asked for, when the public passphrase will do.
        return False


@contextmanager
def running_plivo(
    port: int, database: Path, say: Callable[[str], None], *, with_shortcodes: bool = False
) -> Iterator[None]:
    """Run the local Plivo, unless one already listens there; a new database starts with the shipped seed.

    With `with_shortcodes` the shortcodes of the shipped seed are put back into their pools first.

    Raises:
        EngineError: something else listens on the port, or the database cannot be used.
    """
    from plivo_sandbox.server.database import DatabaseError
    from plivo_sandbox.server.database import database as opened
    from plivo_sandbox.server.running import PortTakenError, RunningSandbox
    from plivo_sandbox.server.seed import put_shortcodes_back, seed_when_new

    try:
        with opened(database) as connection:
            seed_when_new(connection)
            for shortcode in put_shortcodes_back(connection) if with_shortcodes else ():
                say(f"shortcode {shortcode} was put back into its pool, as Plivo's support does on request")
        sandbox = RunningSandbox(database, port=port)
        sandbox.__enter__()
    except DatabaseError as error:
        raise EngineError(str(error)) from error
    except PortTakenError as error:
        if not _is_sandbox(port):
            raise EngineError(
                f"port {port} is taken by something that is no plivo-sandbox: end it, or change {BASE_URL}"
            ) from error
        say(f"using the plivo-sandbox that already listens on port {port}, with its own data")
        yield
        return
    try:
        yield
    finally:
        sandbox.__exit__(None, None, None)


def _is_sandbox(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_sandbox/quirks")
        answer = connection.getresponse()
        return answer.status == http.HTTPStatus.OK and isinstance(json.loads(answer.read()), dict)
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()

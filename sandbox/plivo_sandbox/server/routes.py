"""Every path below an account, and which function answers which method on it."""

from collections.abc import Callable, Mapping

from starlette.routing import compile_path

from plivo_sandbox.server import account_number_routes as numbers
from plivo_sandbox.server import number_pool_routes as pools
from plivo_sandbox.server import phone_number_routes as phone_numbers
from plivo_sandbox.server import powerpack_routes as powerpacks
from plivo_sandbox.server.answers import Answer
from plivo_sandbox.server.errors import PlivoError, not_found
from plivo_sandbox.server.requests import PlivoRequest

Endpoint = Callable[[PlivoRequest], Answer]

ROUTES: Mapping[str, Mapping[str, Endpoint]] = {
    "/Powerpack/": {"GET": powerpacks.list_powerpacks, "POST": powerpacks.create_powerpack},
    "/Powerpack/{uuid}/": {
        "GET": powerpacks.get_powerpack,
        "POST": powerpacks.update_powerpack,
        "DELETE": powerpacks.delete_powerpack,
    },
    "/NumberPool/{pool_uuid}/": {"GET": pools.get_pool},
    "/NumberPool/{pool_uuid}/Number/": {"GET": pools.list_numbers},
    "/NumberPool/{pool_uuid}/Number/{number}/": {
        "GET": pools.get_number,
        "POST": pools.add_number,
        "DELETE": pools.remove_number,
    },
    "/NumberPool/{pool_uuid}/Tollfree/": {"GET": pools.list_tollfrees},
    "/NumberPool/{pool_uuid}/Tollfree/{number}/": {
        "GET": pools.get_tollfree,
        "POST": pools.add_tollfree,
        "DELETE": pools.remove_tollfree,
    },
    "/NumberPool/{pool_uuid}/Shortcode/": {"GET": pools.list_shortcodes},
    "/NumberPool/{pool_uuid}/Shortcode/{number}/": {
        "GET": pools.get_shortcode,
        "DELETE": pools.remove_shortcode,
    },
    "/Number/": {"GET": numbers.list_account_numbers},
    "/Number/{number}/": {
        "GET": numbers.get_account_number,
        "POST": numbers.update_account_number,
        "DELETE": numbers.unrent_account_number,
    },
    "/PhoneNumber/": {"GET": phone_numbers.search_phone_numbers},
    "/PhoneNumber/{number}/": {"POST": phone_numbers.buy_phone_number},
}
COMPILED = [(compile_path(path)[0], endpoints) for path, endpoints in ROUTES.items()]


def route(method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    """Return what answers a method on a path below the account, with the path's parameters; raises a 404 or 405."""
    for pattern, endpoints in COMPILED:
        match = pattern.match(path)
        if match is None:
            continue
        if method not in endpoints:
            raise PlivoError(405, "method not allowed")
        return endpoints[method], match.groupdict()
    raise not_found()

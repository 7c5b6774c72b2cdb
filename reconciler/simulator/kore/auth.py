"""Token, application and account of a Kore.ai request into its account, or a refusal.

See docs/vendors/kore.md 1, 2.
"""

import jwt
from jwt.types import Options

from reconciler.providers.wire import WireRequest
from reconciler.resources.tree import Tree
from reconciler.simulator.context import Route, SimulatorContext
from reconciler.simulator.messages import Refused, text

_UNCHECKED: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}
# Rows of docs/vendors/kore.md 3.2 that are printed without `accountId` in the query.
_WITHOUT_QUERY = frozenset({"schedule", "start", "stop"})


def authenticate(world: SimulatorContext, request: WireRequest, route: Route) -> str:
    """The account `<accountId>/<appId>` of the request's credential; raises Refused."""
    token = request.headers.get("auth", "")
    if not token:
        raise _unauthorized("the auth header is missing")
    switches = world.switches.kore
    app = request.headers.get("iid", "")
    if switches.check_iid and app != route.app:
        raise _unauthorized("the iid header is not the id in the path")
    app = app or route.app
    account = request.headers.get("accountid", "")
    if switches.check_account:
        _check_account(request, route, account)
    if world.switches.accounts == "any":
        return f"{account or 'any'}/{app}"
    owner = world.store.owner("kore_app", app)
    if owner is None:
        raise _unauthorized("unknown application")
    if switches.check_account and owner[0] != account:
        raise _unauthorized("the application is not in this account")
    if world.store.object("kore_token", owner[0], token) is None:
        _check_token(world, owner[0], token)
    return f"{owner[0]}/{app}"


def _check_account(request: WireRequest, route: Route, account: str) -> None:
    if not account:
        raise _unauthorized("the accountId header is missing")
    query = request.query.get("accountId", "")
    asked = route.api == "v2" and route.operation not in _WITHOUT_QUERY
    if (asked or query) and query != account:
        raise _unauthorized("accountId of the query is not that of the header")


def _check_token(world: SimulatorContext, account: str, token: str) -> None:
    try:
        claims: Tree = jwt.decode(token, options={"verify_signature": False})
        app = world.store.object("kore_jwt", account, text(claims, "appId"))
        if app is None:
            raise _unauthorized("error verifying the jwt: unknown appId")
        jwt.decode(token, text(app, "secret"), algorithms=["HS256"], options=_UNCHECKED)
    except jwt.InvalidTokenError:
        raise _unauthorized("error verifying the jwt: invalid token") from None
    _check_times(world, claims)
    _check_jti(world, account, claims)


def _check_times(world: SimulatorContext, claims: Tree) -> None:
    switches, now = world.switches.kore, world.now() / 1000
    expires, issued = claims.get("exp"), claims.get("iat")
    if isinstance(expires, int | float) and now > expires + switches.clock_skew:
        raise _unauthorized("error verifying the jwt: expired")
    if isinstance(issued, int | float) and now + 1 + switches.clock_skew < issued:
        raise _unauthorized("error verifying the jwt: issued in the future")
    if switches.token_lifetime is not None:
        if not isinstance(issued, int | float):
            raise _unauthorized("error verifying the jwt: no iat")
        if now > issued + switches.token_lifetime + switches.clock_skew:
            raise _unauthorized("error verifying the jwt: expired")


def _check_jti(world: SimulatorContext, account: str, claims: Tree) -> None:
    mode, jti = world.switches.kore.jti, text(claims, "jti")
    if mode == "off":
        return
    if not jti:
        raise _unauthorized("error verifying the jwt: no jti")
    if mode == "no_replay":
        if world.store.object("kore_jti", account, jti) is not None:
            raise _unauthorized("error verifying the jwt: possibly a replay")
        world.store.put("kore_jti", account, {"id": jti})


def _unauthorized(message: str) -> Refused:
    return Refused("unauthorized", message)

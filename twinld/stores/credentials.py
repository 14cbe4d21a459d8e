"""Credentials of a store, from the environment; they are never part of a message, a log or an address.

Sources: https://www.rfc-editor.org/rfc/rfc7617 (Basic), https://www.rfc-editor.org/rfc/rfc7616 (Digest) and
https://www.rfc-editor.org/rfc/rfc6750 (Bearer).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.request import parse_http_list, parse_keqv_list

from twinld.errors import UsageError

USER, PASSWORD, TOKEN = "TWINLD_STORE_USER", "TWINLD_STORE_PASSWORD", "TWINLD_STORE_TOKEN"
PLAIN = "TWINLD_STORE_PLAIN"
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name with its password, or a bearer token; `repr` shows neither. `plain` lets them go over plain http."""

    user: str | None = None
    password: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    plain: bool = False

    def __bool__(self) -> bool:
        return self.user is not None or self.token is not None


def credentials_from(environment: Mapping[str, str]) -> Credentials:
    """Return the credentials that the environment holds; raises `UsageError` for half of them, or both kinds."""
    user, password, token = (environment.get(name) or None for name in (USER, PASSWORD, TOKEN))
    if token is not None and user is not None:
        raise UsageError(f"{TOKEN} and {USER} are both set", hint="keep the one that the store wants")
    if (user is None) != (password is None):
        raise UsageError(f"{USER} and {PASSWORD} go together, and one is missing", hint="set both, or none")
    return Credentials(user, password or "", token, environment.get(PLAIN, "").lower() in ("1", "yes", "true"))


@dataclass(slots=True)
class Authorization:
    """What goes into the `Authorization` header: a token at once, a password when the store has asked for it."""

    credentials: Credentials
    _scheme: str | None = None
    _challenge: Mapping[str, str] = field(default_factory=dict)
    _uses: int = 0

    @property
    def pending(self) -> bool:
        """Whether there is a password, and the store has not said yet how it wants it."""
        return self.credentials.user is not None and self._scheme is None

    def learn(self, challenges: Sequence[str]) -> bool:
        """Take the best of the `WWW-Authenticate` headers of a 401; false if none can be answered."""
        if self.credentials.user is None:
            return False
        for scheme in ("Digest", "Basic"):
            for each in challenges:
                if each.lower().startswith(scheme.lower() + " ") or each.lower() == scheme.lower():
                    parts = parse_keqv_list(list(filter(None, parse_http_list(each[len(scheme) :].strip()))))
                    if scheme == "Digest" and parts.get("algorithm", "MD5").upper() not in _HASHES:
                        continue
                    self._scheme, self._challenge, self._uses = scheme, parts, 0
                    return True
        return False

    def header(self, method: str, target: str) -> str | None:
        """Return the value of the header for a request, `None` without one."""
        if self.credentials.token is not None:
            return f"Bearer {self.credentials.token}"
        if self._scheme == "Basic":
            pair = f"{self.credentials.user}:{self.credentials.password}"
            return "Basic " + base64.b64encode(pair.encode()).decode()
        return self._digest(method, target) if self._scheme == "Digest" else None

    def _digest(self, method: str, target: str) -> str:
        given = self._challenge
        algorithm = given.get("algorithm", "MD5")

        def hashed(*parts: str) -> str:
            return _HASHES[algorithm.upper()](":".join(parts).encode()).hexdigest()

        realm, nonce = given.get("realm", ""), given.get("nonce", "")
        secret = hashed(self.credentials.user or "", realm, self.credentials.password)
        values = {"username": self.credentials.user or "", "realm": realm, "nonce": nonce, "uri": target}
        if "opaque" in given:
            values["opaque"] = given["opaque"]
        bare = f"algorithm={algorithm}"
        if "auth" in [each.strip() for each in given.get("qop", "").split(",")]:
            self._uses += 1
            count, own = f"{self._uses:08x}", secrets.token_hex(8)
            values |= {"cnonce": own, "response": hashed(secret, nonce, count, own, "auth", hashed(method, target))}
            bare += f", qop=auth, nc={count}"
        else:
            values["response"] = hashed(secret, nonce, hashed(method, target))
        quoted = ", ".join('{}="{}"'.format(name, text.replace('"', '\\"')) for name, text in values.items())
        return f"Digest {quoted}, {bare}"

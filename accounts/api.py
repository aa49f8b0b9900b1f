"""Sign-in of programs: `Authorization: Bearer <token>`."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.auth import may_sign_in
from accounts.models import ApiToken, User
from accounts.services import use_token


class TokenAuthentication(BaseAuthentication):
    """An API token stands for the person who made it, with that person's memberships."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = use_token(secret.strip().decode("ascii", "replace"))
        if token is None or not may_sign_in(token.user):
            # One answer for unknown, expired, revoked and disabled: nothing to learn from it.
            raise AuthenticationFailed("The token is unknown, expired or revoked. Make a new one in Tocsin.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes the answer a 401 that names the scheme, rather than a 403."""
        return 'Bearer realm="Tocsin"'

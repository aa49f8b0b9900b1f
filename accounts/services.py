"""Writing: people, workspaces, legal entities, memberships, tokens.

Who does it and why is said by the caller in accounts.history.context().
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiToken, LegalEntity, Membership, Role, User, Workspace

TOKEN_MARK = "tocsin_"  # noqa: S105  # lets secret scanners recognise a leaked token
TOKEN_LIFETIME = timedelta(days=365)
_USE_NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def create_user(
    *,
    email: str,
    display_name: str,
    password: str | None = None,
    language: str = "en",
    time_zone: str = "UTC",
    is_demonstration: bool = False,
) -> User:
    """A person who may sign in; without a password, after setting one through "forgotten password".

    Raises ValidationError naming the fields that are wrong.
    """
    user = User(
        email=email.strip().lower(),
        display_name=display_name.strip(),
        language=language,
        time_zone=time_zone,
        is_demonstration=is_demonstration,
    )
    if password is not None and not is_demonstration:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise ValidationError({"password": error.messages}) from None
    # Where none is given: not "unusable", which would rule out a reset by e-mail, but known to nobody.
    user.set_password(password if password is not None else secrets.token_urlsafe(32))
    user.full_clean()
    user.save()
    # The administrator who gives the address vouches for it.
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def deactivate_user(user: User) -> None:
    """Lock a person out at once: sign-in, open sessions and tokens. The row stays for the history."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.api_tokens.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())


@transaction.atomic
def create_workspace(
    *,
    slug: str,
    name: str,
    owner: User,
    language: str = "en",
    time_zone: str = "UTC",
    is_demonstration: bool = False,
) -> Workspace:
    """A workspace with its first member, who is its privacy officer.

    Raises ValidationError naming the fields that are wrong.
    """
    workspace = Workspace(
        slug=slug, name=name, language=language, time_zone=time_zone, is_demonstration=is_demonstration
    )
    workspace.full_clean()
    workspace.save()
    add_member(workspace, owner, Role.PRIVACY_OFFICER)
    return workspace


def add_member(workspace: Workspace, user: User, role: Role, countries: Sequence[str] = ()) -> Membership:
    """Let a person in. `countries` (ISO 3166-1) limits what the membership covers; empty: everywhere.

    Raises ValidationError for a second membership of the same person, and for a fault in the fields.
    """
    membership = Membership(workspace=workspace, user=user, role=role, countries=sorted(set(countries)))
    membership.full_clean()
    membership.save()
    return membership


@transaction.atomic
def change_member(membership: Membership, role: Role, countries: Sequence[str] = ()) -> Membership:
    """Give a member another role. Raises ValidationError when nobody would be left to manage."""
    _keep_a_manager(membership, becomes=role)
    membership.role = role
    membership.countries = sorted(set(countries))
    membership.full_clean()
    membership.save()
    return membership


@transaction.atomic
def remove_member(membership: Membership) -> None:
    """End a membership; its history stays. Raises ValidationError when nobody would be left to manage."""
    _keep_a_manager(membership, becomes=None)
    membership.delete()


def _keep_a_manager(membership: Membership, becomes: Role | None) -> None:
    managing = [Role.PRIVACY_OFFICER, Role.ADMINISTRATOR]
    if becomes in managing or membership.role not in managing:
        return
    # Locking all managers makes two who remove each other at once wait for one another.
    managers = Membership.objects.select_for_update().filter(workspace_id=membership.workspace_id, role__in=managing)
    if [manager.pk for manager in managers.order_by("pk")] == [membership.pk]:
        raise ValidationError(
            _(
                "%(who)s is the last who can manage %(workspace)s; make somebody else privacy officer or administrator "
                "first"
            )
            % {"who": membership.user, "workspace": membership.workspace},
            code="last_manager",
        )


@transaction.atomic
def save_legal_entity(entity: LegalEntity) -> LegalEntity:
    """Add or change a legal entity. Its parent must be of the same workspace and not one of its own
    subsidiaries. Raises ValidationError naming the fields that are wrong.
    """
    entity.full_clean()
    # One lock for the whole group: two changes at once could close a circle that neither sees.
    Workspace.objects.select_for_update().get(pk=entity.workspace_id)
    ancestor, seen = entity.parent, set[int]()
    while ancestor is not None and ancestor.pk not in seen:
        if ancestor.workspace_id != entity.workspace_id:
            raise ValidationError(
                {"parent": _("%(name)s is not a company of this workspace") % {"name": ancestor.name}}
            )
        if ancestor.pk == entity.pk:
            raise ValidationError(
                {
                    "parent": _("%(parent)s is held by %(name)s; choose another parent")
                    % {"parent": entity.parent, "name": entity.name}
                }
            )
        seen.add(ancestor.pk)
        ancestor = ancestor.parent
    entity.save()
    return entity


@dataclass(frozen=True)
class IssuedToken:
    """A new token with its secret, which is shown once and cannot be read again."""

    token: ApiToken
    secret: str

    def __repr__(self) -> str:
        """Keeps the secret out of logs and tracebacks."""
        return f"IssuedToken({self.token.prefix}…)"


def issue_token(user: User, name: str, expires_at: datetime | None = None) -> IssuedToken:
    """A new API token for this person, valid for a year unless said otherwise.

    Raises ValidationError for an end in the past or an empty name.
    """
    now = timezone.now()
    expires_at = expires_at or now + TOKEN_LIFETIME
    if expires_at <= now:
        raise ValidationError(
            {"expires_at": _("%(value)s is past; expected a later instant") % {"value": expires_at.isoformat()}}
        )
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user,
        name=name.strip(),
        prefix=secret[: len(TOKEN_MARK) + 6],
        digest=_digest(secret),
        created_at=now,
        expires_at=expires_at,
    )
    token.full_clean()
    token.save()
    return IssuedToken(token, secret)


def revoke_token(token: ApiToken) -> None:
    """End a token now. Revoking twice keeps the first instant."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    token.refresh_from_db()


def use_token(secret: str) -> ApiToken | None:
    """The usable token with this secret, its use noted to the hour; None when there is none."""
    now = timezone.now()
    token = ApiToken.objects.usable(now).select_related("user").filter(digest=_digest(secret)).first()
    if token is not None and (token.last_used_at is None or token.last_used_at < now - _USE_NOTED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.last_used_at = now
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

"""Who works here, for whom, and with which right."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.places import validate_country, validate_language, validate_time_zone


class Role(models.TextChoices):
    """What somebody does in a workspace. Which rights follow stands in accounts.access."""

    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    APPROVER = "approver", _("Approver (counsel)")
    CONTRIBUTOR = "contributor", _("Contributor")
    LOCAL_REPRESENTATIVE = "local_representative", _("Local representative")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who may sign in. Without a password he has to set one by e-mail first."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person, known by e-mail address. Rights come from memberships alone.

    There is no superuser: a second system of rights would be a second door.
    """

    # Held in lower case, so that plain uniqueness is uniqueness whatever the case typed.
    email = models.EmailField("e-mail", max_length=254)
    display_name = models.CharField(max_length=120)
    language = models.CharField(max_length=16, default="en", validators=[validate_language])
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    is_active = models.BooleanField(default=True)
    # Signs in only on a machine that shows the demonstration to itself: accounts.auth.
    is_demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves sign-in and every look-up by address.
            models.UniqueConstraint(fields=["email"], name="accounts_user_email_unique"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_user_email_lower_case"),
            models.CheckConstraint(condition=~Q(email=""), name="accounts_user_email_given"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.email


@tracked()
class Workspace(models.Model):
    """The tenant: an organisation's own room, which nobody else can see into."""

    # Stands in every address: /w/<slug>/...
    slug = models.SlugField(max_length=50, db_index=False)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=16, default="en", validators=[validate_language])
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    # Nothing of a demonstration leaves the machine: outbox.delivery.
    is_demonstration = models.BooleanField(default=False)
    main_countries = ArrayField(
        models.CharField(max_length=2, validators=[validate_country]),
        default=list,
        db_default=[],
        blank=True,
        help_text="ISO 3166-1 codes: the countries whose clocks stand in the paper kit",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves access_workspace(): the workspace named by an address.
            models.UniqueConstraint(fields=["slug"], name="accounts_workspace_slug_unique"),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="accounts_workspace_slug_form"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class LegalEntity(models.Model):
    """A legal person that can be a party to an incident: a company, a branch's owner, a public body."""

    class Kind(models.TextChoices):
        """As in the facts document (`organisation.kind`)."""

        BUSINESS = "business", _("Business")
        NON_PROFIT = "non_profit", _("Non-profit organisation")
        PUBLIC_BODY = "public_body", _("Public body")
        INDIVIDUAL = "individual", _("Individual")

    # No index of its own: the unique constraint below begins with the workspace.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="legal_entities", db_index=False)
    name = models.CharField(max_length=200)
    country = models.CharField(
        max_length=2, validators=[validate_country], help_text="Where it is established: ISO 3166-1 alpha-2"
    )
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.BUSINESS)
    # Serves the tree of a group: the children of one entity.
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="subsidiaries", null=True, blank=True)
    ownership_note = models.CharField(
        max_length=500, blank=True, help_text="How the parent holds it, in words: 'joint venture, 50 %'"
    )
    # GDPR Art. 4(16): where decisions on the processing are taken. Empty: not known or not in the EU.
    eu_main_establishment = models.CharField(max_length=2, blank=True, validators=[validate_country])
    registration_number = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = _("legal entities")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the list of a workspace's entities by name.
            models.UniqueConstraint(fields=["workspace", "name"], name="accounts_legalentity_name_unique"),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="accounts_legalentity_country_form"),
            models.CheckConstraint(
                condition=Q(eu_main_establishment="") | Q(eu_main_establishment__regex=r"^[A-Z]{2}$"),
                name="accounts_legalentity_eu_establishment_form",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="accounts_legalentity_not_own_parent",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["business", "non_profit", "public_body", "individual"]),
                name="accounts_legalentity_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Membership(models.Model):
    """One person's place in one workspace: a role, and the countries it is limited to."""

    # No index of its own: the unique constraint below begins with the user.
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    # Serves the list of a workspace's members.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=24, choices=Role)
    countries = ArrayField(
        models.CharField(max_length=2, validators=[validate_country]),
        default=list,
        blank=True,
        help_text="ISO 3166-1 codes; empty: no limit",
    )
    phone = models.CharField(
        max_length=60, blank=True, db_default="", default="", help_text="For the call list of the paper kit"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves access_workspace() and a person's list of workspaces.
            models.UniqueConstraint(fields=["user", "workspace"], name="accounts_membership_once"),
            models.CheckConstraint(
                condition=Q(
                    role__in=[
                        "privacy_officer",
                        "approver",
                        "contributor",
                        "local_representative",
                        "auditor",
                        "administrator",
                    ]
                ),
                name="accounts_membership_role_known",
            ),
            models.CheckConstraint(
                condition=~Q(role="local_representative") | ~Q(countries=[]),
                name="accounts_membership_local_has_country",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display()} in {self.workspace}"

    def covers(self, country: str) -> bool:
        """Whether this membership reaches matters of that country (ISO 3166-1 or 3166-2)."""
        return not self.countries or country[:2] in self.countries


@tracked()
class Contact(models.Model):
    """Somebody outside whom the workspace calls in the first hours: the insurer, counsel, a forensic firm."""

    # No index of its own: the unique constraint below begins with the workspace.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="contacts", db_index=False)
    what_for = models.CharField(max_length=120, help_text="Cyber insurance, policy 4471; outside counsel")
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the call list of a workspace.
            models.UniqueConstraint(fields=["workspace", "what_for", "name"], name="accounts_contact_once"),
            models.CheckConstraint(condition=Q(what_for__regex=r"\S"), name="accounts_contact_what_for_given"),
            models.CheckConstraint(condition=~Q(phone="") | ~Q(email=""), name="accounts_contact_reachable"),
        ]

    def __str__(self) -> str:
        return self.name or self.what_for


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, at: datetime) -> "ApiTokenQuerySet":
        """Neither revoked nor expired at that instant."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at)


class ApiToken(models.Model):
    """A key for programs. Only its SHA-256 is stored; the secret is shown once, when it is issued.

    The secret has 256 random bits, so a fast hash is enough: there is nothing to guess.
    """

    # Serves a person's list of tokens.
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=100, help_text="What it is for")
    prefix = models.CharField(max_length=16, help_text="The first characters, by which it is recognised")
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    # Kept to the hour, so that reading the API does not write at every request.
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves authentication: the token with this digest.
            models.UniqueConstraint(fields=["digest"], name="accounts_apitoken_digest_unique"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="accounts_apitoken_digest_form"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="accounts_apitoken_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"


class CacheEntry(models.Model):
    """The table of Django's database cache (CACHES in accounts.settings): counters of rate limits.

    A model only so that migrations make the table; nobody reads it through the ORM.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    # Serves culling: entries past their time.
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "tocsin_cache"

    def __str__(self) -> str:
        return self.cache_key


class KeptForm(models.Model):
    """A form that could not be taken (accounts.kept): what was typed, signed, for its author, for some hours.

    Signed with a name that only the author's browser holds, so that a row by itself proves nothing.
    """

    # SHA-256 of the browser's random name. Serves the forms of one browser.
    browser = models.CharField(max_length=64, db_index=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", null=True, db_index=False)
    typed = models.TextField()
    # Names in the storage of the files that were chosen (accounts.kept.uploads), and their size together.
    stored: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list, db_default=[])
    bytes_stored = models.PositiveBigIntegerField(default=0, db_default=0)
    kept_at = models.DateTimeField()
    # Serves forgetting: what is past its time.
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"form kept {self.kept_at:%Y-%m-%d %H:%M}"

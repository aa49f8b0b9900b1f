"""What is prepared in peace time to file with an authority: who holds the login, in whose name, tested when."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import User, Workspace


@tracked()
class FilingAccount(models.Model):
    """One row for each authority that the workspace has prepared for. Holds names of logins, never passwords."""

    class Login(models.TextChoices):
        """What the way in asks for."""

        NONE = "none", _("No login")
        ACCOUNT = "account", _("An account of its own")
        NATIONAL_EID = "national_eid", _("A national electronic identity")
        OTHER = "other", _("Something else, see the note")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="filing_accounts", db_index=False)
    authority = models.CharField(max_length=60, help_text="Id of an authority of the law library")
    login = models.CharField(_("what the way in asks for"), max_length=12, choices=Login, blank=True, default="")
    holder = models.CharField(_("who holds the login"), max_length=200, blank=True)
    registration = models.CharField(_("registration numbers"), max_length=300, blank=True)
    representative = models.CharField(_("representative, power of attorney"), max_length=300, blank=True)
    tested_on = models.DateField(_("opened and tested on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Serves the page of a workspace, and one authority of it.
            models.UniqueConstraint(fields=["workspace", "authority"], name="reports_filingaccount_once"),
            models.CheckConstraint(condition=Q(authority__regex=r"\S"), name="reports_filingaccount_authority_given"),
            models.CheckConstraint(
                condition=Q(login__in=["", "none", "account", "national_eid", "other"]),
                name="reports_filingaccount_login_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} of {self.workspace_id}"

"""The permission matrix: for every address of the site, who gets which answer.

Add a row for each new URL; a URL without a row fails tests/accounts/test_matrix.py. The answers are
written out here on purpose, and not computed from the table of roles: this is the second opinion.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.conftest import Cast


class Who(StrEnum):
    """Everybody who may knock. The roles are those of the workspace `harbour`."""

    ANONYMOUS = "anonymous"
    OUTSIDER = "outsider"  # Charlie, privacy officer elsewhere
    PRIVACY_OFFICER = "privacy_officer"
    APPROVER = "approver"
    CONTRIBUTOR = "contributor"
    LOCAL_REPRESENTATIVE = "local_representative"  # limited to FR
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


SIGNED_IN = [who for who in Who if who is not Who.ANONYMOUS]
MEMBERS = [who for who in SIGNED_IN if who is not Who.OUTSIDER]
CASE_READERS = [who for who in MEMBERS if who is not Who.ADMINISTRATOR]


@dataclass(frozen=True)
class Row:
    """One address, one method, and the status for each kind of caller."""

    url: str
    answers: Mapping[Who, int]
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    method: str = "get"
    data: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


def everybody(status: int) -> dict[Who, int]:
    return dict.fromkeys(Who, status)


def signed_in(status: int, *, anonymous: int = 302) -> dict[Who, int]:
    """Any person, whatever the workspace; others are sent to sign in."""
    return {**everybody(status), Who.ANONYMOUS: anonymous}


def members(status: int, allowed: list[Who], *, anonymous: int = 302) -> dict[Who, int]:
    """A page of the workspace: these members get `status`, other members 403, outsiders 404."""
    answers = dict.fromkeys(MEMBERS, 403) | dict.fromkeys(allowed, status)
    return {**answers, Who.OUTSIDER: 404, Who.ANONYMOUS: anonymous}


# What the rows need in the database, each called with the cast before every row: apps add theirs.
BUILDERS: list[Callable[[Cast], object]] = []

ROWS: list[Row] = [
    # accounts
    Row("account_login", {**everybody(302), Who.ANONYMOUS: 200}),
    Row("account_logout", signed_in(200)),
    Row("account_inactive", everybody(200)),
    Row("account_signup", {**everybody(302), Who.ANONYMOUS: 200}),  # "registration is closed"
    Row("account_reauthenticate", signed_in(200)),
    Row("account_change_password", signed_in(200)),
    Row("account_set_password", signed_in(302)),  # to "change", for whoever has a password
    Row("account_reset_password", everybody(200)),
    Row("account_reset_password_done", everybody(200)),
    Row("account_reset_password_from_key", everybody(200), {"uidb36": "1", "key": "not-a-key"}),
    Row("account_reset_password_from_key_done", everybody(200)),
]

"""Everybody who may knock, and the answers that they get."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


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
MANAGERS = [Who.PRIVACY_OFFICER, Who.ADMINISTRATOR]
# Of documents that are for no country: a representative limited to one has no part in them.
WRITERS = [Who.PRIVACY_OFFICER, Who.APPROVER]
RECORDERS = [Who.PRIVACY_OFFICER, Who.CONTRIBUTOR]
# Whoever works on a case: tasks, files, comments.
WORKERS = [Who.PRIVACY_OFFICER, Who.APPROVER, Who.CONTRIBUTOR, Who.LOCAL_REPRESENTATIVE]

HARBOUR = {"slug": "harbour"}
CASE = {**HARBOUR, "number": 902}


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


def case_members(status: int, allowed: list[Who]) -> dict[Who, int]:
    """A page of a case: as members(), but whoever sees no case is told that there is none."""
    return {**members(status, allowed), Who.ADMINISTRATOR: 404}


def see_privileged(status: int) -> dict[Who, int]:
    """A privileged item: to other members of the workspace it does not exist."""
    return {**dict.fromkeys(MEMBERS, 404), Who.PRIVACY_OFFICER: status, Who.APPROVER: status,
            Who.OUTSIDER: 404, Who.ANONYMOUS: 302}  # fmt: skip

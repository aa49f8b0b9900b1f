"""What every page of a case has in common: who looks, at which case, as which legal person, at what time."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext

from accounts.access import Permission, may, require
from accounts.models import Membership, User
from incidents.access import access_incident
from incidents.models import FactsRevision, Incident, Party, Phase
from incidents.selectors import newest_revision
from law.time_limits import zone_of
from workbench import clocks
from workbench.tabs import tabs_of


@dataclass(frozen=True)
class CasePage:
    """One look at a case: the member, the case, the legal person whose facts and duties are shown, the clock.

    `now` is the instant at which the case's clocks are read: where a case stands still, that instant.
    """

    request: HttpRequest
    membership: Membership
    incident: Incident
    parties: tuple[Party, ...]
    party: Party
    now: datetime

    @cached_property
    def zone(self) -> ZoneInfo:
        """The one zone in which this case shows times."""
        return zone_of(self.incident.time_zone)

    @cached_property
    def revision(self) -> FactsRevision:
        """The facts of the party as they stand. Http404 where it has none, which no service leaves so."""
        found = newest_revision(self.party)
        if found is None:
            raise Http404("No facts are recorded for this legal person.")
        return found

    @property
    def document(self) -> dict[str, Any]:
        """The facts document of the party as it stands."""
        return self.revision.document

    @property
    def user(self) -> User:
        """Who looks."""
        return self.membership.user

    @property
    def stands_still(self) -> bool:
        return self.incident.stands_at is not None

    @property
    def closed(self) -> bool:
        return self.incident.phase == Phase.CLOSED

    def may(self, permission: Permission) -> bool:
        """Whether this member may, here and now: in a closed case nothing is changed."""
        return may(self.membership, permission) and not self.closed

    def require(self, permission: Permission) -> None:
        """Lets pass, or raises PermissionDenied in words."""
        require(self.membership, permission)
        if self.closed:
            raise PermissionDenied(
                gettext("{reference} is closed. Open it again to change it.").format(reference=self.incident.reference)
            )

    def url(self, name: str, *args: object, **query: object) -> str:
        """The address of a page of this case; keeps the legal person that was chosen."""
        path = reverse(f"workbench:{name}", args=(self.incident.workspace.slug, self.incident.number, *args))
        said = {key: str(value) for key, value in query.items() if value not in (None, "")}
        if self.party != self.parties[0]:
            said = {"party": str(self.party.pk), **said}
        return f"{path}?{urlencode(said)}" if said else path

    def url_of_party(self, party: Party) -> str:
        """The page of the case as another legal person lives it."""
        path = reverse("workbench:case", args=(self.incident.workspace.slug, self.incident.number))
        return path if party == self.parties[0] else f"{path}?party={party.pk}"

    def look_back_ways(self, here: str) -> list[tuple[str, str, bool]]:
        """The ways of looking back at the case: words, address, whether it is the page `here`."""
        ways = (
            ("waves", gettext("Wave by wave")),
            ("then", gettext("At any moment")),
            ("changes", gettext("Who changed what")),
            ("library", gettext("What the law library changed")),
        )
        return [(words, self.url(name), name == here) for name, words in ways]

    def next_url(self, otherwise: str) -> str:
        """Where to go after a form: its `next`, if that is an address of this site."""
        target = self.request.POST.get("next") or self.request.GET.get("next") or ""
        allowed = url_has_allowed_host_and_scheme(
            target, {self.request.get_host()}, require_https=self.request.is_secure()
        )
        return target if target and allowed else otherwise

    def context(self, here: str, **values: Any) -> dict[str, Any]:
        """What templates/workbench/case_base.html needs, and the page's own values."""
        return {
            "workspace": self.incident.workspace,
            "membership": self.membership,
            "nav": "incidents",
            "zone": self.zone,
            "zone_label": clocks.zone_words(self.zone, self.now),
            "now": self.now,
            "stands_still": self.stands_still,
            "case": self,
            "incident": self.incident,
            "party": self.party,
            "party_links": [(party, self.url_of_party(party), party == self.party) for party in self.parties],
            "case_url": self.url("case"),
            "tabs": tabs_of(self.incident, f"workbench:{here}", self.url),
            "may_edit": self.may(Permission.EDIT_FACTS),
            "may_decide": self.may(Permission.DECIDE),
            "may_approve": self.may(Permission.APPROVE),
            "may_send": self.may(Permission.SEND),
            **values,
        }


def open_case(request: HttpRequest, slug: str, number: int) -> CasePage:
    """The case of an address, for whoever may see it. Http404 for everybody else, and for an unknown party."""
    membership, incident = access_incident(request.user, slug, number)
    found = Party.objects.filter(incident=incident).select_related("legal_entity__parent").order_by("pk")
    # The organisation whose case it is leads.
    parties = sorted(found, key=lambda party: (party.position != Party.Position.ORGANISATION, party.pk))
    if not parties:
        raise Http404("This case has no legal person yet.")
    for one in parties:
        one.incident = incident
    return CasePage(
        request=request,
        membership=membership,
        incident=incident,
        parties=tuple(parties),
        party=_chosen(request, parties),
        now=incident.now(timezone.now()),
    )


def _chosen(request: HttpRequest, parties: list[Party]) -> Party:
    wanted = request.GET.get("party")
    if wanted is None:
        return parties[0]
    for one in parties:
        if str(one.pk) == wanted:
            return one
    raise Http404("This case has no such legal person.")

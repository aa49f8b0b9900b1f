"""The list of cases narrowed down and sorted, and what stands in its address."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import Membership, Role
from incidents.models import Incident
from incidents.services import patch_facts
from tests.conftest import Cast

OpenCase = Callable[..., Incident]
LIST = "/w/harbour/incidents/"


@pytest.fixture
def officer(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.alice)
    return client


def titles(client: Client, **query: str) -> list[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [row.incident.title for row in response.context["listed"].rows]


def people(country: str, presence: str) -> dict[str, str]:
    return {"/affected/x/country": country, "/affected/x/presence": presence}


def test_it_narrows_down_by_country_without_those_ruled_out(officer: Client, open_case: OpenCase) -> None:
    open_case(people("JP", "suspected"), title="Tokyo")
    open_case(people("JP", "ruled_out"), title="Not Tokyo")
    open_case(people("FR", "confirmed"), title="Paris")
    assert titles(officer, country="JP") == ["Tokyo"]
    assert sorted(titles(officer)) == ["Not Tokyo", "Paris", "Tokyo"]


def test_it_narrows_down_by_the_kind_that_the_newest_facts_say(
    officer: Client, open_case: OpenCase, cast: Cast
) -> None:
    one, _ = open_case({"/cause/type": "ransomware"}, title="First"), open_case(title="Second")
    assert titles(officer, cause="ransomware") == ["First"]
    patch_facts(one.parties.get(), {"/cause/type": "phishing"}, 1, cast.alice, "Looked again")
    assert titles(officer, cause="ransomware") == []
    assert titles(officer, cause="phishing") == ["First"]


def test_it_narrows_down_by_owner_and_by_days_of_the_workspace(
    officer: Client, open_case: OpenCase, cast: Cast
) -> None:
    Membership.objects.filter(user=cast.bob).update(role=Role.PRIVACY_OFFICER)
    late = open_case(title="Late")
    open_case(title="Bob's", owner=cast.bob)
    # Already the 2nd in Paris, the zone of the workspace.
    Incident.objects.filter(pk=late.pk).update(opened_at=datetime(2026, 2, 1, 23, 30, tzinfo=UTC))
    assert titles(officer, owner=str(cast.bob.pk)) == ["Bob's"]
    assert titles(officer, opened_from="2026-02-02", opened_until="2026-02-02") == ["Late"]
    assert titles(officer, opened_until="2026-02-01") == []


def test_it_sorts(officer: Client, open_case: OpenCase) -> None:
    for number, title in enumerate(("beta", "Alpha", "gamma")):
        case = open_case(title=title)
        Incident.objects.filter(pk=case.pk).update(opened_at=datetime(2026, 1, 9 - number, tzinfo=UTC))
    assert titles(officer, sort="title") == ["Alpha", "beta", "gamma"]
    assert titles(officer, sort="newest") == ["beta", "Alpha", "gamma"]
    assert titles(officer, sort="oldest") == ["gamma", "Alpha", "beta"]


def test_it_keeps_what_was_chosen_in_every_link(officer: Client, open_case: OpenCase) -> None:
    open_case(people("FR", "confirmed"))
    response = officer.get(LIST, {"country": "FR", "sort": "title", "owner": "nobody"})
    (_, _, url, _), *_ = response.context["chips"]
    assert url == f"{LIST}?country=FR&sort=title"
    assert "Select a valid choice" in response.content.decode()


def test_it_offers_nothing_of_cases_that_the_reader_may_not_see(
    officer: Client, open_case: OpenCase, cast: Cast
) -> None:
    hidden = open_case(people("JP", "suspected"))
    Incident.objects.filter(pk=hidden.pk).update(restricted=True)
    bob = Client()
    bob.force_login(cast.bob)
    assert "JP" in dict(officer.get(LIST).context["form"].fields["country"].choices)
    assert "JP" not in dict(bob.get(LIST).context["form"].fields["country"].choices)

"""The dashboard: figures of the cases that the reader may see, as charts with their tables."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Role, User
from incidents.models import Fulfilment, Incident, Obligation, Party
from incidents.services import recount
from tests.conftest import Cast
from tests.workbench.conftest import page
from workbench.charts import Bar, Chart, Series
from workbench.selectors.dashboard import Figures, figures

OpenCase = Callable[..., Incident]
NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
PAGE = reverse("workbench:dashboard", args=("harbour",))


@pytest.fixture
def read(cast: Cast) -> Callable[..., Figures]:
    def read(user: User = cast.alice, **more: bool) -> Figures:
        # Rows written here by hand publish no events.
        recount(Incident.objects.values_list("pk", flat=True))
        return figures(Membership.objects.get(user=user, workspace=cast.workspace), NOW, **more)

    return read


@pytest.fixture
def bare(party: Party) -> Party:
    """The party, with no duty of the law that applies."""
    Obligation.objects.update(outcome="DOES_NOT_APPLY")
    return party


def duty(party: Party, hours: float | None, outcome: str = "APPLIES", done: float | None = None) -> Obligation:
    """A duty due so many hours after NOW, and done so many hours after it."""
    due = NOW + timedelta(hours=hours) if hours is not None else None
    row = Obligation.objects.create(
        incident_id=party.incident_id, party=party, origin="hand", title="A duty", source="A contract",
        created_by=party.incident.owner, due=due, outcome=outcome,
    )  # fmt: skip
    if done is not None:
        at = NOW + timedelta(hours=done)
        Fulfilment.objects.create(obligation=row, at=at, recorded_at=at, by=party.incident.owner, channel="portal")
    return row


def test_it_counts_open_duties_by_deadline_and_outcome(bare: Party, read: Callable[..., Figures]) -> None:
    for hours in (-1, 5, 30, 100, 300, 2000, None):
        duty(bare, hours)
    duty(bare, 6, "UNDETERMINED")
    duty(bare, 6, "DOES_NOT_APPLY")
    duty(bare, 6, done=1)
    found = {row.span: (row.required, row.depends) for row in read().due}
    assert found == {
        "overdue": (1, 0), "day": (1, 1), "three_days": (1, 0), "week": (1, 0), "month": (1, 0), "later": (1, 0),
        "no_time": (1, 0),
    }  # fmt: skip


def test_it_counts_first_acts_and_the_last_instant_of_a_deadline_as_in_time(
    bare: Party, read: Callable[..., Figures]
) -> None:
    duty(bare, -10, done=-10)
    duty(bare, -10, done=-9)
    twice = duty(bare, -10, done=-11)
    late = NOW - timedelta(hours=1)
    Fulfilment.objects.create(obligation=twice, at=late, recorded_at=late, by=bare.incident.owner, channel="post")
    taken_back = Fulfilment.objects.get(obligation=duty(bare, -10, done=-12))
    Fulfilment.objects.filter(pk=taken_back.pk).update(
        withdrawn_at=NOW, withdrawn_by=bare.incident.owner, withdrawn_reason="Never sent"
    )
    duty(bare, None, done=-11)  # without a deadline it is neither
    (quarter,) = read().quarters
    assert (quarter.year, quarter.number, quarter.in_time, quarter.late) == (2026, 4, 2, 1)


def test_it_takes_the_quarter_of_the_zone(bare: Party, read: Callable[..., Figures]) -> None:
    at = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)  # October in Paris
    duty(bare, 0, done=(at - NOW) / timedelta(hours=1))
    assert [row.number for row in read().quarters] == [4]


def test_it_leaves_no_quarter_out_between_two(bare: Party, read: Callable[..., Figures]) -> None:
    for days in (0, 200):
        duty(bare, 0, done=-24 * days)
    rows = [(row.year, row.number, row.in_time) for row in read().quarters]
    assert rows == [(2026, 2, 1), (2026, 3, 0), (2026, 4, 1)]


def test_it_stands_quarters_on_a_line_of_time() -> None:
    bars = (Bar("2025, quarter 4", (3, 1), ("Q4", "2025")), Bar("2026, quarter 1", (20_000, 0), ("Q1", "2026")))
    drawn = Chart("q", "Q", "In", (Series("In time", "solid"), Series("Late", "outline")), bars, upright=True).svg(
        "Two"
    )
    assert drawn.count("<rect") == 3
    assert ">20k<" in drawn
    assert ">Q4<" in drawn


def test_it_counts_causes_and_countries_by_cases(open_case: OpenCase, read: Callable[..., Figures]) -> None:
    open_case({"/cause/type": "ransomware"})
    open_case({"/cause/type": "ransomware", "/affected/es": {"country": "ES", "presence": "ruled_out"}})
    open_case()
    found = read()
    assert found.causes == (("ransomware", 2), ("not_yet_known", 1))
    assert found.countries == (("DE", 3), ("FR", 3))


def test_it_leaves_out_what_the_reader_may_not_see_and_what_stands_still(
    open_case: OpenCase, member: Callable[..., User], read: Callable[..., Figures]
) -> None:
    open_case(stands_at=NOW)
    hidden = open_case(title="Restricted")
    Incident.objects.filter(pk=hidden.pk).update(restricted=True)
    auditor = member(Role.AUDITOR)
    assert read(auditor).countries == ()
    assert read(auditor, standing_still=True).countries == (("DE", 1), ("FR", 1))
    assert read().countries == (("DE", 1), ("FR", 1))


def test_it_draws_each_number_and_writes_it_in_the_table(officer: Client, incident: Incident) -> None:
    text = page(officer.get(PAGE))
    assert text.count('<svg class="bars" viewBox="0 0 250') == 3  # nothing is fulfilled yet
    assert "Nothing to count yet." in text
    assert "The figures as a table" in text
    assert "style=" not in text


def test_it_shows_one_among_many() -> None:
    chart = Chart(
        "a",
        "A",
        "Kind",
        (Series("Cases", "solid"),),
        (Bar("Many", (100_000,)), Bar("One <b>", (1,)), Bar("x" * 50, (2,))),
    )
    drawn = chart.svg("Many and one")
    assert 'width="194.0"' in drawn
    assert 'width="1.5"' in drawn
    assert "One &lt;b&gt;" in drawn
    assert "<title" in drawn
    assert "x" * 36 not in drawn
    assert chart.table == [("Many", ["100,000"]), ("One <b>", ["1"]), ("x" * 50, ["2"])]


def test_it_asks_the_database_as_often_for_many_cases_as_for_two(officer: Client, open_case: OpenCase) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(PAGE).status_code == 200
        return len(queries)

    open_case()
    open_case()
    few = asked()
    for number in range(4):
        open_case({f"/affected/x{number}": {"country": "IT", "presence": "suspected"}}, title=f"Case {number}")
    assert asked() == few
    assert few <= 12


def test_it_reads_an_empty_workspace(officer: Client) -> None:
    assert page(officer.get(PAGE)).count("Nothing to count yet.") == 4

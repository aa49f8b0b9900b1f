"""Assessments and the obligations that follow them: what is gained, lost, settled, moved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from incidents import findings, selectors, services
from incidents.models import Assessment, DutyChange, Incident, Obligation, Party
from incidents.services import assessing
from law.rulebook import load_rulebook
from tests.conftest import Cast
from tests.incidents.conftest import AWARE, FACTS

NOTIFY = "gdpr.art33.notify_authority"
COMMUNICATE = "gdpr.art34.communicate"


def duty(party: Party, name: str, **more: Any) -> Obligation:
    return Obligation.objects.get(party=party, duty=name, **{"stage": "initial", "jurisdiction": "FR", **more})


def changes(party: Party) -> dict[str, DutyChange]:
    newest = Assessment.objects.filter(party=party).latest("id")
    return {f"{change.obligation.duty}/{change.obligation.stage}": change for change in selectors.changes_of(newest)}


def test_it_assesses_at_once_and_makes_the_obligations(party: Party) -> None:
    assessment = Assessment.objects.get(party=party)
    assert assessment.revision.number == 1
    assert assessment.rulebook.startswith("sha256:")
    row = duty(party, NOTIFY)
    assert (row.outcome, row.due, row.authority) == ("APPLIES", AWARE + timedelta(hours=72), "CNIL")
    assert duty(party, COMMUNICATE).outcome == "UNDETERMINED"
    assert assessment.numbers["earliest_due"] == row.due.isoformat()  # type: ignore[union-attr]


def test_it_keeps_findings_compact_and_makes_their_reasons_again(party: Party) -> None:
    assessment = Assessment.objects.get(party=party)
    assert all("because" not in finding and "content" not in finding for finding in assessment.findings)
    again = selectors.reasons(assessment)
    assert [findings.compact(finding) for finding in again.findings] == assessment.findings
    found = selectors.finding_of(duty(party, NOTIFY), assessment)
    assert found is not None
    assert found.because["of"]


def test_it_says_which_rulebook_is_missing_when_reasons_cannot_be_made(party: Party) -> None:
    assessment = Assessment.objects.get(party=party)
    assessment.rulebook = "sha256:older"
    with pytest.raises(selectors.RulebookGone, match="sha256:older"):
        selectors.reasons(assessment)


def test_it_marks_nothing_as_changed_when_it_looks_first(party: Party) -> None:
    assert not Obligation.objects.filter(party=party, changed_in__isnull=False).exists()
    assert {change.kind for change in changes(party).values()} == {"gained"}


def test_it_settles_a_depending_duty_and_says_so(party: Party, cast: Cast) -> None:
    services.patch_facts(party, {"/risk/level": "high_risk"}, 1, cast.alice, "judged")
    change = changes(party)[f"{COMMUNICATE}/initial"]
    assert change.kind == "settled"
    assert (change.before or {})["outcome"] == "UNDETERMINED"
    assert (change.after or {})["outcome"] == "APPLIES"
    assert duty(party, COMMUNICATE).changed_in == change.assessment


def test_it_opens_a_settled_duty_again(party: Party, cast: Cast) -> None:
    services.patch_facts(party, {"/nature/confidentiality": None}, 1, cast.alice, "not sure after all")
    assert changes(party)[f"{NOTIFY}/initial"].kind == "reopened"


def test_it_moves_a_deadline_and_keeps_the_old_one(party: Party, cast: Cast) -> None:
    later = AWARE + timedelta(hours=5)
    services.patch_facts(party, {"/timeline/became_aware_at": later.isoformat()}, 1, cast.alice, "by the log")
    change = changes(party)[f"{NOTIFY}/initial"]
    assert change.kind == "moved"
    assert (change.before or {})["due"] == (AWARE + timedelta(hours=72)).isoformat()
    assert (change.after or {})["due"] == (later + timedelta(hours=72)).isoformat()


def test_it_never_deletes_a_duty_that_falls_away(party: Party, cast: Cast) -> None:
    services.patch_facts(
        party,
        {"/affected/fr/country": "JP", "/organisation/establishments": ["JP"], "/organisation/country": "JP"},
        1,
        cast.alice,
        "wrong country",
    )
    row = duty(party, NOTIFY)
    assert (row.found, row.outcome) == (False, "DOES_NOT_APPLY")
    assert changes(party)[f"{NOTIFY}/initial"].kind == "lost"
    services.patch_facts(
        party,
        {"/affected/fr/country": "FR", "/organisation/establishments": ["FR"], "/organisation/country": "FR"},
        2,
        cast.alice,
        "it was right",
    )
    again = duty(party, NOTIFY)
    assert (again.pk, again.found, again.outcome) == (row.pk, True, "APPLIES")
    assert changes(party)[f"{NOTIFY}/initial"].kind == "gained"


def test_it_takes_the_mark_off_when_somebody_has_looked(party: Party, cast: Cast) -> None:
    services.patch_facts(party, {"/risk/level": "high_risk"}, 1, cast.alice, "judged")
    rows = list(Obligation.objects.filter(party=party))
    assert services.acknowledge_changes(rows, by=cast.alice) >= 1
    assert services.acknowledge_changes(rows, by=cast.alice) == 0


def test_it_looks_again_without_making_news_of_it(party: Party) -> None:
    first = Assessment.objects.get(party=party)
    assert services.reassess(party, timezone.now()) == first
    tomorrow = first.as_of + assessing.AGE
    later = services.reassess(party, tomorrow)
    assert (later.as_of, later.changes.count()) == (tomorrow, 0)


def test_it_refuses_to_look_from_before_its_newest_look(party: Party) -> None:
    with pytest.raises(ValidationError, match="lies before the newest assessment"):
        services.reassess(party, AWARE)


def test_it_tells_a_case_in_waves_with_their_own_dates(open_case: Callable[..., Incident], cast: Cast) -> None:
    first, second = datetime(2023, 5, 12, 5, 0, tzinfo=UTC), datetime(2023, 5, 31, 5, 0, tzinfo=UTC)
    facts = {**FACTS, "/timeline/became_aware_at": "2023-05-11T09:00:00+09:00"}
    party = open_case(facts, opened_at=first, known_at=first, as_of=first).parties.get()
    services.patch_facts(party, {"/risk/level": "high_risk"}, 1, cast.alice, "inquiry", second, as_of=second)
    told = selectors.waves(party)
    assert [wave.revision.known_at for wave in told] == [first, second]
    assert [wave.assessment.as_of for wave in told if wave.assessment] == [first, second]
    assert [change.kind for change in told[1].changes if change.obligation.duty == COMMUNICATE] == ["settled"]


def test_it_follows_the_newest_version_where_two_share_a_duty() -> None:
    rows = [
        {"duty": "d", "jurisdiction": "FR", "stage": "initial", "version": day} for day in ("2018-05-25", "2026-01-01")
    ]
    keys = {key: row["version"] for key, row in findings.keyed(rows).items()}
    assert keys == {("d", "FR", "initial", ""): "2026-01-01", ("d", "FR", "initial", "2018-05-25"): "2018-05-25"}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, "APPLIES", "gained"),
        (None, "UNDETERMINED", "gained"),
        (None, "DOES_NOT_APPLY", None),
        ("DOES_NOT_APPLY", "APPLIES", "gained"),
        ("UNDETERMINED", "APPLIES", "settled"),
        ("UNDETERMINED", "DOES_NOT_APPLY", "settled"),
        ("APPLIES", "UNDETERMINED", "reopened"),
        ("APPLIES", "DOES_NOT_APPLY", "lost"),
        ("APPLIES", None, "lost"),
        ("UNDETERMINED", None, "lost"),
        ("DOES_NOT_APPLY", None, None),
        ("APPLIES", "APPLIES", None),
    ],
)
def test_it_names_a_change_by_what_it_means(before: str | None, after: str | None, kind: str | None) -> None:
    state = [{"outcome": outcome, "due": None} if outcome else None for outcome in (before, after)]
    assert findings.change_between(*state) == kind


def test_it_catches_up_with_cases_that_are_behind(party: Party, cast: Cast) -> None:
    assert services.reassess_stale() == 0
    services.patch_facts(party, {"/cause/actor": "internal"}, 1, cast.alice, "as seen")
    tomorrow = timezone.now() + timedelta(hours=25)
    assert services.reassess_stale(tomorrow) == 1
    assert services.reassess_stale(tomorrow) == 0
    services.close_incident(party.incident, by=cast.alice, reason="all done")
    assert services.reassess_stale(tomorrow + timedelta(days=2)) == 0


def test_it_lets_a_case_that_stands_still_keep_its_own_time(
    open_case: Callable[..., Incident], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, next_day = AWARE + timedelta(days=1), AWARE + timedelta(days=2)
    incident = open_case(opened_at=day, known_at=day, as_of=day, stands_at=day)
    party = incident.parties.get()
    services.patch_facts(party, {"/cause/actor": "internal"}, 1, cast.alice, "as seen", next_day, as_of=next_day)
    incident.refresh_from_db()
    assert incident.stands_at == next_day
    assert services.reassess_stale(timezone.now() + timedelta(days=30)) == 0
    newer = replace(load_rulebook(), digest="sha256:newer")
    monkeypatch.setattr("incidents.services.reconciling.load_rulebook", lambda: newer)
    assert services.reassess_stale(timezone.now() + timedelta(days=30)) == 1
    newest = Assessment.objects.filter(party=party).latest("id")
    assert (newest.as_of, newest.rulebook) == (next_day, "sha256:newer")

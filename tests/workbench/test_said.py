"""Said to whom, fact by fact; and the situation in ten lines."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import LegalEntity
from incidents.models import FactsRevision, Incident, InfoRequest, Obligation, Party
from incidents.services import open_incident, patch_facts, record_fulfilment, write_narrative
from reports.models import Document
from tests.conftest import Cast
from tests.workbench.conftest import AWARE, page
from workbench.selectors.situation import situation_lines

SENT = AWARE + timedelta(hours=20)


@pytest.fixture
def document(cast: Cast, party: Party) -> Document:
    """A notification that said two facts and one text, sent before anything changed."""
    revision = FactsRevision.objects.get(party=party)
    said = [
        {"field": "people", "number": "3", "label": "How many people", "provision": "", "state": "ready",
         "text": "At least 500", "facts": ["/affected/fr/count"]},
        {"field": "when", "number": "1", "label": "When known", "provision": "", "state": "ready",
         "text": "On 2 November", "facts": ["/timeline/became_aware_at", "narrative:summary"]},
    ]  # fmt: skip
    snapshot = {
        "authority": {"id": "cnil", "name": "CNIL", "languages": ["fr"]},
        "facts": revision.document,
        "narratives": {"summary": {"text": "A mailbox was read."}},
    }
    return Document.objects.create(
        workspace=cast.workspace, incident=party.incident, ordinal=1, party=party, kind="authority_notification",
        form="gdpr.art33", language="en", phase="initial", snapshot=snapshot, facts_digest=revision.digest,
        created_by=cast.alice, state="sent", submitted_by=cast.alice, submitted_at=SENT, approved_by=cast.bob,
        approved_at=SENT, printed=said, sha256="0" * 64, kept_sha256="0" * 64, file="documents/a.pdf",
        kept_file="documents/b.pdf", sent_at=SENT, sent_by=cast.alice, sent_how="portal", recorded_as_sent=True,
        sent_recorded_at=SENT,
    )  # fmt: skip


def test_it_lists_what_was_said_beside_the_fact_now(
    officer: Client, url: Callable[..., str], document: Document
) -> None:
    text = page(officer.get(url("said")))
    assert "At least 500" in text
    assert "Everything that was said still reads the same." in text
    assert "Changed since" not in text


def test_it_marks_what_has_changed_and_proposes_a_follow_up(
    officer: Client, url: Callable[..., str], document: Document, party: Party, cast: Cast
) -> None:
    patch_facts(party, {"/affected/fr/count": {"kind": "exact", "n": 812}}, 1, cast.alice, "Counted")
    response = officer.get(url("said"))
    text = page(response)
    assert "812" in text
    first, *others = response.context["account"].rows
    assert first.stale
    assert first.path == "/affected/fr/count"
    assert not any(row.stale for row in others)
    assert "1 answer has changed" in text
    assert "documents/1/#next-phase" in text


def test_it_takes_the_sending_itself_for_no_change(
    officer: Client, url: Callable[..., str], document: Document, party: Party, cast: Cast
) -> None:
    """What was said of other notices reads as before; a notice to somebody else is news."""
    initial = Obligation.objects.filter(party=party, stage="initial")
    duty = initial.get(duty="gdpr.art33.notify_authority", jurisdiction="FR")
    other = initial.filter(kind="notify").exclude(duty=duty.duty).order_by("pk")[0]
    said = [{**document.printed[0], "facts": ["/notices"]}]  # type: ignore[index]  # it was sent: it is printed
    held = {one.attname: getattr(document, one.attname) for one in Document._meta.concrete_fields if one.name != "id"}
    Document.objects.create(**held | {"ordinal": 2, "obligation_id": duty.pk, "printed": said})

    def stale() -> int:
        return int(officer.get(url("said")).context["account"].stale)

    record_fulfilment(duty, at=SENT, by=cast.alice, channel="portal")
    assert stale() == 0
    record_fulfilment(other, at=SENT, by=cast.alice, channel="portal")
    assert stale() == 1


def test_it_sees_that_the_words_were_rewritten(
    officer: Client, url: Callable[..., str], document: Document, incident: Incident, cast: Cast
) -> None:
    write_narrative(incident, question="summary", language="en", text="Two mailboxes were read.", author=cast.alice)
    rows = officer.get(url("said")).context["account"].rows
    assert [row.path for row in rows if row.stale] == ["narrative:summary"]


def test_a_later_document_to_the_same_receiver_settles_it(
    officer: Client, url: Callable[..., str], document: Document, party: Party, cast: Cast
) -> None:
    revision = patch_facts(party, {"/affected/fr/count": {"kind": "exact", "n": 812}}, 1, cast.alice, "Counted")
    later: dict[str, Any] = {name: getattr(document, name) for name in (
        "workspace", "incident", "party", "kind", "form", "language", "facts_digest", "created_by", "state",
        "submitted_by", "submitted_at", "approved_by", "approved_at", "printed", "sha256", "kept_sha256", "file",
        "kept_file", "sent_by", "sent_how", "recorded_as_sent",
    )}  # fmt: skip
    at = SENT + timedelta(hours=5)
    Document.objects.create(
        **later, ordinal=2, phase="follow_up", snapshot={**document.snapshot, "facts": revision.document},
        sent_at=at, sent_recorded_at=at,
    )  # fmt: skip
    account = officer.get(url("said")).context["account"]
    assert account.stale == 0
    assert len(next(row for row in account.rows if row.path == "/affected/fr/count").said) == 2


def test_it_counts_what_changed_after_a_telephone_call(
    officer: Client, url: Callable[..., str], party: Party, cast: Cast
) -> None:
    duty = Obligation.objects.filter(party=party, kind="notify").order_by("pk")[0]
    record_fulfilment(duty, at=SENT, by=cast.alice, channel="phone")
    newest = FactsRevision.objects.filter(party=party).count()
    patch_facts(party, {"/affected/de/presence": "ruled_out"}, newest, cast.alice, "Checked")
    text = page(officer.get(url("said")))
    assert "1 fact changed since" in text
    assert "Telephone" in text


def test_it_says_when_nothing_was_said(officer: Client, url: Callable[..., str]) -> None:
    assert "Nothing has been said to anybody yet." in page(officer.get(url("said")))


# -- the situation ------------------------------------------------------------------------------------


PARIS = ZoneInfo("Europe/Paris")


def lines_of(party: Party, at: datetime = AWARE + timedelta(hours=10)) -> list[str]:
    return situation_lines(party, at, PARIS)


def test_it_tells_the_situation_in_ten_lines(party: Party) -> None:
    head, *lines = lines_of(party)
    assert head.startswith(f"Situation of {party.incident.reference}")
    assert "Mon 2 Nov 2026, 20:30 Paris (19:30 UTC)" in head
    assert 8 <= len(lines) <= 10
    text = "\n".join(lines)
    assert "Aware since: Mon 2 Nov 2026, 10:30 Paris" in text
    assert "Confirmed in: France. Suspected in: Germany" in text
    assert "Ruled out:" in text
    assert "Next clock:" in text
    assert "Asked: nobody outside has an open question." in text


def test_it_names_whom_was_asked(party: Party, cast: Cast) -> None:
    now = timezone.now()
    InfoRequest.objects.create(
        party=party, question="affected_count", path="/affected/de/count", label="Germany: how many?", name="Ken",
        email="ken@example.jp", asked_by=cast.alice, base=FactsRevision.objects.get(party=party),
        asked_at=now, expires_at=now + timedelta(days=3),
    )  # fmt: skip
    assert "Asked, answer open: Ken: Germany: how many." in "\n".join(lines_of(party, now))


def test_it_never_claims_what_is_not_recorded(cast: Cast, entity: LegalEntity) -> None:
    bare = open_incident(workspace=cast.workspace, title="Bare", legal_entity=entity, opened_by=cast.alice)
    text = "\n".join(lines_of(bare.parties.get(), datetime(2026, 11, 3, tzinfo=UTC)))
    assert "Aware since: not known" in text
    assert "number not known. Confirmed in: none." in text


def test_it_speaks_the_readers_language(party: Party) -> None:
    with translation.override("fr"):
        assert "2 nov. 2026" in situation_lines(party, AWARE, PARIS, "fr")[0]


def test_it_is_a_page_with_a_copy_button_and_plain_text(officer: Client, url: Callable[..., str]) -> None:
    assert 'data-copy="situation"' in page(officer.get(url("situation")))
    plain = officer.get(url("situation_text"))
    assert plain.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert page(plain).startswith("Situation of INC-")

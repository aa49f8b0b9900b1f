"""The pages of the work on a case: tasks, playbooks, files, comments, privileged notes, close-out."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, User
from incidents.models import (
    Comment,
    CustodyEntry,
    EvidenceFile,
    Incident,
    Lessons,
    MeasureTaken,
    Mention,
    Obligation,
    Outcome,
    Phase,
    PrivilegedNote,
    Task,
)
from incidents.selectors.closing import close_out
from incidents.services import change_incident, close_incident, merge_incidents
from incidents.services.comments import edit_comment, write_comment
from incidents.services.evidence import add_evidence, change_evidence
from incidents.services.privileged import write_note
from incidents.services.tasks import add_task, change_task, finish_task
from reports.models import Document
from reports.services import draft_document
from tests.conftest import Cast
from tests.workbench.conftest import page

Url = Callable[..., str]


@pytest.fixture
def task(incident: Incident, cast: Cast) -> Task:
    return add_task(incident, title="Keep the logs", by=cast.alice, owner=cast.alice, due=timezone.now())


@pytest.fixture
def file(incident: Incident, cast: Cast) -> EvidenceFile:
    return add_evidence(incident, SimpleUploadedFile("log.txt", b"10:14 GET /"), by=cast.alice, source="Server")


def duty(incident: Incident) -> Obligation:
    return Obligation.objects.filter(incident=incident).order_by("pk")[0]


# -- tasks --------------------------------------------------------------------------------------------


def test_it_adds_a_task_for_a_duty_and_shows_it_there(
    officer: Client, incident: Incident, url: Url, cast: Cast
) -> None:
    one = duty(incident)
    assert f'value="{one.pk}" selected' in page(officer.get(url("case_tasks") + f"?duty={one.pk}"))
    typed = {"title": "Ask the host", "due": "2030-03-04T10:00", "owner": cast.bob.pk, "obligation": one.pk}
    assert officer.post(url("case_tasks"), typed).status_code == 302
    task = Task.objects.get()
    assert (task.owner, task.obligation, f"{task.due:%H:%M}") == (cast.bob, one, "09:00")
    for address in (url("duty", one.pk), url("case"), url("case_tasks")):
        assert "Ask the host" in page(officer.get(address))
    assert officer.get(url("case_tasks") + "?duty=0").status_code == 404


def test_it_names_the_fault_of_a_task_and_keeps_what_was_typed(officer: Client, url: Url, cast: Cast) -> None:
    typed = {"title": " ", "due": "tomorrow", "note": "Before noon", "owner": cast.charlie.pk}
    response = officer.post(url("case_tasks"), typed)
    assert response.status_code == 422
    text = page(response)
    for words in ("Say in a few words what is to be done", "is no date and time", "Before noon", "valid choice"):
        assert words in text, words
    assert not Task.objects.exists()


def test_it_marks_done_by_one_button_from_wherever_it_stands_and_undoes_it(
    officer: Client, task: Task, url: Url
) -> None:
    desk = reverse("workbench:desk", args=("harbour",))
    assert "Keep the logs" in page(officer.get(desk))
    response = officer.post(url("task", task.pk), {"act": "done", "next": desk})
    assert (response.status_code, response["Location"]) == (302, desk)
    assert "Mark done" not in page(officer.get(desk))
    officer.post(url("task", task.pk), {"act": "undo"})
    task.refresh_from_db()
    assert task.state == "open"
    history = page(officer.get(url("task", task.pk)))
    assert history.index("Task open again") < history.index("Task done") < history.index("Task added")


def test_it_changes_and_drops_a_task(officer: Client, task: Task, url: Url) -> None:
    response = officer.post(url("task", task.pk), {"act": "save", "title": "", "note": "mine"})
    assert response.status_code == 422
    assert "mine" in page(response)
    officer.post(url("task", task.pk), {"act": "save", "title": "Keep all logs"})
    assert officer.post(url("task", task.pk), {"act": "drop", "why": ""}).status_code == 422
    officer.post(url("task", task.pk), {"act": "drop", "why": "There are none"})
    task.refresh_from_db()
    assert (task.title, task.owner, task.state) == ("Keep all logs", None, "dropped")
    assert officer.post(url("task", task.pk), {"act": "fly"}).status_code == 404


def test_it_shows_a_task_of_somebody_faster_and_keeps_mine(officer: Client, task: Task, url: Url, cast: Cast) -> None:
    here = url("task", task.pk)
    base = officer.get(here).context["base"]
    change_task(task, by=cast.bob, title="Call the bank", note="At nine", role="privacy_officer", owner=None, due=None)
    mine = {"act": "save", "title": "Ring the bank", "note": "At nine", "role": "privacy_officer", "base": base}
    refused = officer.post(here, mine)
    assert refused.status_code == 409
    shown = page(refused)
    for words in ("Ring the bank", "Call the bank", cast.bob.display_name):
        assert words in shown
    assert [label for label, *_ in refused.context["meanwhile"].rows] == ["What is to be done?"]  # the rest is alike
    assert officer.post(here, {**mine, "base": refused.context["base"]}).status_code == 302
    task.refresh_from_db()
    assert task.title == "Ring the bank"


def test_it_overwrites_nothing_unseen_after_a_fault_in_the_form(
    officer: Client, task: Task, url: Url, cast: Cast
) -> None:
    here = url("task", task.pk)
    base = officer.get(here).context["base"]
    change_task(task, by=cast.bob, title="Call the bank")
    refused = officer.post(here, {"act": "save", "title": "", "base": base})
    assert refused.status_code == 422
    again = officer.post(here, {"act": "save", "title": "Ring the bank", "base": refused.context["base"]})
    assert again.status_code == 409


def test_it_takes_a_change_of_a_task_beside_what_somebody_else_did_to_it(
    officer: Client, task: Task, url: Url, cast: Cast
) -> None:
    base = officer.get(url("task", task.pk)).context["base"]
    finish_task(task, by=cast.bob)
    assert officer.post(url("task", task.pk), {"act": "save", "title": "Other", "base": base}).status_code == 302


def test_it_shows_what_somebody_faster_said_of_a_file(
    officer: Client, file: EvidenceFile, url: Url, cast: Cast
) -> None:
    here = url("file", file.number)
    base = officer.get(here).context["base"]
    change_evidence(file, by=cast.bob, reason="Slip", source="Server two")
    mine = {"act": "save", "name": file.name, "source": "Server three", "why": "Slip", "base": base}
    refused = officer.post(here, mine)
    assert refused.status_code == 409
    assert "Server two" in page(refused)
    assert "Server three" in page(refused)
    assert officer.post(here, {**mine, "base": refused.context["base"]}).status_code == 302


def test_it_lists_mine_and_everyones_with_the_same_number_of_queries(
    officer: Client, task: Task, incident: Incident, cast: Cast, django_assert_num_queries: Any
) -> None:
    address = reverse("workbench:tasks", args=("harbour",))
    with django_assert_num_queries(8):
        officer.get(address)
    for number in range(3):
        add_task(incident, title=f"Bob's {number}", by=cast.alice, owner=cast.bob, obligation=duty(incident))
    with django_assert_num_queries(8):
        everyone = page(officer.get(address + "?show=all"))
    assert "Bob&#x27;s 2" in everyone
    assert "Bob&#x27;s 2" not in page(officer.get(address))


# -- playbooks ----------------------------------------------------------------------------------------


def test_it_previews_a_playbook_and_applies_it_once(officer: Client, incident: Incident, url: Url) -> None:
    assert "Ransomware" in page(officer.get(url("case_playbooks")))
    preview = page(officer.get(url("case_playbook", "ransomware")))
    assert "13 tasks would be added" in preview
    assert not Task.objects.exists()
    for _time in range(2):
        assert officer.post(url("case_playbook", "ransomware")).status_code == 302
    assert Task.objects.count() == 13
    again = page(officer.get(url("case_playbook", "ransomware")))
    assert "The case has every task of this playbook" in again
    assert officer.get(url("case_playbook", "flood")).status_code == 404


def typed_playbook(**more: str) -> dict[str, str]:
    row = {"row1-title": "Call", "row1-role": "security", "row1-after": "2", "row1-why": "It is theirs", "row1-key": ""}
    return {"title": "Our way", "about": "", "base": "0", "act": "save", **row, **more}


def test_it_keeps_a_playbook_of_the_workspace_and_shows_a_conflict(officer: Client) -> None:
    address = reverse("workbench:playbook", args=("harbour", "insider"))
    assert "Restrict this case" in page(officer.get(address))
    more = officer.post(address, typed_playbook(act="more", title="Not yet"))
    assert (more.status_code, "Not yet" in page(more), "row4-title" in page(more)) == (200, True, True)
    bad = officer.post(address, typed_playbook(**{"row2-title": "Hm", "row2-after": "soon", "row2-role": "security"}))
    assert bad.status_code == 422
    assert "Task 2: enter whole hours" in page(bad)
    assert 'value="soon"' in page(bad)
    assert officer.post(address, typed_playbook()).status_code == 302
    conflict = officer.post(address, typed_playbook(title="Another way"))
    assert conflict.status_code == 422
    assert "Alice saved this playbook while you were writing" in page(conflict)
    assert "Another way" in page(conflict)
    assert "Changed here" in page(officer.get(reverse("workbench:playbooks", args=("harbour",))))
    officer.post(address, {"act": "remove"})
    assert "Restrict this case" in page(officer.get(address))
    new = officer.post(reverse("workbench:playbook", args=("harbour", "new")), typed_playbook(title="Fire"))
    assert new["Location"].endswith("/playbooks/fire/")


# -- files --------------------------------------------------------------------------------------------


def test_it_takes_a_file_and_hands_it_out_sealed_with_a_line_in_the_log(officer: Client, url: Url) -> None:
    upload = SimpleUploadedFile("invoice.pdf", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40)
    response = officer.post(url("files"), {"file": upload, "source": "Mailbox of sales"})
    assert response.status_code == 302
    shown = page(officer.get(response["Location"]))
    assert "The name says PDF, the content is another type: PNG" in shown
    assert "Rename to invoice.pdf.png" in shown
    assert officer.post(url("file_download", 1), {"why": ""}).status_code == 422
    got = officer.post(url("file_download", 1), {"why": "To examine it"})
    assert b"".join(got.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    assert got["Content-Disposition"] == 'attachment; filename="invoice.pdf"'
    assert (got["Content-Type"], got["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "sandbox" in got["Content-Security-Policy"]
    assert CustodyEntry.objects.latest("pk").why == "To examine it"
    officer.post(url("file", 1), {"act": "rename"})
    assert EvidenceFile.objects.get().name == "invoice.pdf.png"


def test_it_says_how_large_a_file_may_be_and_keeps_the_words(officer: Client, url: Url, settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = 10
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # through the handler that streams
    typed = {"file": SimpleUploadedFile("big.txt", b"x" * 30), "source": "The server of sales"}
    response = officer.post(url("files"), typed)
    assert response.status_code == 422
    assert "big.txt has 30" in page(response)
    assert "The server of sales" in page(response)
    settings.EVIDENCE_MAX_BYTES = 1000
    assert officer.post(url("files"), {**typed, "file": SimpleUploadedFile("ok.txt", b"x" * 30)}).status_code == 302
    assert EvidenceFile.objects.get().size == 30


def test_it_hands_out_nothing_that_was_changed_on_disk(officer: Client, file: EvidenceFile, url: Url) -> None:
    default_storage.delete(file.stored)
    assert officer.post(url("file_download", 1), {"why": "To read it"}).status_code == 403
    text = page(officer.post(url("file", 1), {"act": "check"}, follow=True))
    assert "Restore it from the backup" in text


def test_it_notes_who_moved_and_who_changed(officer: Client, file: EvidenceFile, url: Url) -> None:
    assert officer.post(url("file", 1), {"act": "move", "why": ""}).status_code == 422
    officer.post(url("file", 1), {"act": "move", "why": "Stick to the police"})
    changed = {"act": "save", "name": "access.log", "source": "Server", "privileged": "on", "why": "Counsel asked"}
    assert officer.post(url("file", 1), {**changed, "why": ""}).status_code == 422
    officer.post(url("file", 1), changed)
    text = page(officer.get(url("file", 1)))
    for words in ("Stick to the police", "Changed: file name, privileged mark. Counsel asked", "Legally privileged"):
        assert words in text, words


def test_it_offers_the_privileged_mark_to_those_alone_who_may_see_it(
    member: Callable[..., User], signed_in: Callable[[User], Client], url: Url, incident: Incident
) -> None:
    client = signed_in(member(Role.CONTRIBUTOR))
    assert "privileged" not in page(client.get(url("files"))).lower()
    typed = {"file": SimpleUploadedFile("a.txt", b"a"), "source": "S", "privileged": "on"}
    client.post(url("files"), typed)
    assert not EvidenceFile.objects.get().privileged


# -- comments -----------------------------------------------------------------------------------------


def test_it_writes_on_a_duty_and_on_a_fact_and_calls_a_member(
    officer: Client, incident: Incident, url: Url, cast: Cast, signed_in: Callable[[User], Client]
) -> None:
    one = duty(incident)
    response = officer.post(url("comments"), {"text": "@Bob, agreed?", "key": "a", "duty": one.pk}, follow=True)
    assert "It stands on the desk of: Bob." in page(response)
    officer.post(url("comments"), {"text": "Since May", "key": "b", "path": "/organisation/role"})
    assert "@Bob, agreed?" in page(officer.get(url("duty", one.pk)))
    assert "Since May" in page(officer.get(url("fact", "role")))
    assert "Since May" not in page(officer.get(url("duty", one.pk)))
    bob, desk = signed_in(cast.bob), reverse("workbench:desk", args=("harbour",))
    assert "You are mentioned" in page(bob.get(desk))
    bob.post(reverse("workbench:mentions_seen", args=("harbour",)), {"mention": Mention.objects.get().pk})
    assert "You are mentioned" not in page(bob.get(desk))
    nobody = officer.post(url("comments"), {"text": "@Charlie?", "key": "c"}, follow=True)
    assert "names nobody who may see this case" in page(nobody)
    for bad in ({"duty": "0"}, {"path": "/nowhere/at"}):
        assert officer.post(url("comments"), {"text": "x", "key": "d", **bad}).status_code == 404


def test_it_edits_a_comment_and_shows_the_earlier_wording_and_a_conflict(
    officer: Client, incident: Incident, url: Url, cast: Cast
) -> None:
    mine = write_comment(incident, text="Tow logs", by=cast.alice, key="k")
    theirs = write_comment(incident, text="Bob's", by=cast.bob, key="k")
    assert officer.post(url("comment", mine.pk), {"text": "Two logs", "key": "x", "base": "1"}).status_code == 302
    text = page(officer.get(url("comments")))
    assert "Two logs" in text
    assert "Tow logs" in text
    assert "1 earlier wording" in text
    late = officer.post(url("comment", mine.pk), {"text": "Three logs", "key": "x", "base": "1"})
    assert late.status_code == 422
    assert "Three logs" in page(late)
    assert "Two logs" in page(late)
    assert officer.post(url("comment", theirs.pk), {"text": "Mine", "key": "x", "base": "1"}).status_code == 403
    empty = officer.post(url("comments"), {"text": " ", "key": "y"})
    assert (empty.status_code, Comment.objects.count()) == (422, 2)


# -- privileged notes ---------------------------------------------------------------------------------


def test_it_keeps_notes_and_says_who_can_read_them(officer: Client, incident: Incident, url: Url, cast: Cast) -> None:
    assert officer.post(url("notes"), {"title": "", "text": "Kept?", "key": "k"}).status_code == 422
    officer.post(url("notes"), {"title": "Advice", "text": "Say nothing yet.", "key": "k"})
    note = PrivilegedNote.objects.get()
    text = page(officer.get(url("notes")))
    assert text.index("Who can read this") < text.index("Bob")
    assert (
        officer.post(url("note", note.pk), {"title": "A", "text": "Say it.", "key": "k", "base": "1"}).status_code
        == 302
    )
    late = officer.post(url("note", note.pk), {"title": "A", "text": "Late", "key": "k", "base": "1"})
    assert late.status_code == 422
    for words in ("Late", "Say it.", "Say nothing yet."):
        assert words in page(late), words
    for name in ("case", "timeline", "comments", "changes"):
        assert "Say it." not in page(officer.get(url(name))), name


def test_it_lets_the_workspace_allow_a_member(
    officer: Client, member: Callable[..., User], signed_in: Callable[[User], Client], url: Url
) -> None:
    person = member(Role.CONTRIBUTOR)
    client, row = signed_in(person), Membership.objects.get(user=person)
    address = reverse("workbench:privileged", args=("harbour",))
    assert client.get(url("notes")).status_code == 404
    officer.post(address, {"act": "allow", "member": row.pk, "reason": "Assists counsel"})
    assert client.get(url("notes")).status_code == 200
    assert "Assists counsel" in page(officer.get(address))
    officer.post(address, {"act": "withdraw", "member": row.pk})
    assert client.get(url("notes")).status_code == 404
    assert officer.post(address, {"act": "withdraw", "member": row.pk}).status_code == 404


# -- close-out ----------------------------------------------------------------------------------------


def test_it_names_and_links_what_is_open_and_asks_for_a_reason(
    officer: Client, incident: Incident, task: Task, url: Url
) -> None:
    text = page(officer.get(url("close")))
    assert url("task", task.pk) in text
    assert "Duties that are open" in text
    refused = officer.post(url("close"), {"act": "close", "why": ""})
    assert refused.status_code == 422
    assert "Say in a few words why" in page(refused)
    assert officer.post(url("close"), {"act": "close", "why": "Handed to the parent"}).status_code == 302
    assert "Handed to the parent" in page(officer.get(url("case")))
    assert officer.post(url("close"), {"act": "lessons", "went_well": "x"}).status_code == 403
    assert officer.post(url("close"), {"act": "reopen", "why": ""}).status_code == 422
    officer.post(url("close"), {"act": "reopen", "why": "A letter came"})
    incident.refresh_from_db()
    assert incident.phase == Phase.RESPONSE
    assert "A letter came" in page(officer.get(url("timeline")))


def test_it_tells_how_many_open_duties_hang_on_facts_and_names_their_stage(
    officer: Client, incident: Incident, url: Url
) -> None:
    duty = close_out(incident).checks[0].open[0]
    incident.obligations.exclude(pk=duty.pk).update(outcome=Outcome.DOES_NOT_APPLY)
    incident.obligations.filter(pk=duty.pk).update(outcome=Outcome.UNDETERMINED, stage="preliminary")
    text = page(officer.get(url("close")))
    assert "1 of them hangs on facts not known yet" in text
    assert "preliminary report)" in text


def test_it_closes_without_a_reason_where_nothing_is_open(officer: Client, incident: Incident, url: Url) -> None:
    incident.obligations.update(outcome="DOES_NOT_APPLY", changed_in=None)
    officer.post(url("measures"), {"measure": "backup", "time": "after", "state": "planned"})
    officer.post(url("measures"), {"row": MeasureTaken.objects.get().pk, "state": "in_place"})
    officer.post(url("close"), {"act": "lessons", "went_well": "The call", "went_badly": "", "base": ""})
    assert "Nothing is open" in page(officer.get(url("close")))
    officer.post(url("close"), {"act": "close"})
    incident.refresh_from_db()
    assert incident.closing_reason == "Every duty is met or decided, and nothing is open."


def test_it_leaves_a_merged_case_closed(
    officer: Client, incident: Incident, open_case: Callable[..., Incident], url: Url, cast: Cast
) -> None:
    other = open_case(title="The same again")
    merge_incidents(incident, other, choices={}, reason="One event", by=cast.alice)
    response = officer.post(url("close"), {"act": "reopen", "why": "A letter came"})
    assert response.status_code == 422
    assert "Undo the merge instead" in page(response)
    assert "A letter came" in page(response)


def test_it_names_documents_that_were_not_sent(officer: Client, incident: Incident, url: Url, cast: Cast) -> None:
    made = draft_document(party=incident.parties.get(), form="au.oaic", language="en", author=cast.alice)
    text = page(officer.get(url("close")))
    assert "Documents not sent yet" in text
    assert reverse("reports:document", args=("harbour", incident.number, made.ordinal)) in text
    Document.objects.filter(pk=made.pk).delete()
    assert "Every document is sent or superseded" in page(officer.get(url("close")))


def test_it_makes_measures_tasks_that_outlive_the_case(
    officer: Client, incident: Incident, url: Url, cast: Cast
) -> None:
    typed = {"act": "measure", "title": "Encrypt all phones", "due": "2030-03-04T10:00", "owner": cast.alice.pk}
    officer.post(url("close"), typed)
    assert officer.post(url("close"), {**typed, "title": ""}).status_code == 422
    lesson = Task.objects.get()
    left = add_task(incident, title="Left over", by=cast.alice)
    close_incident(incident, by=cast.alice, reason="All said")
    assert "Encrypt all phones" in page(officer.get(reverse("workbench:tasks", args=("harbour",))))
    assert officer.post(url("task", lesson.pk), {"act": "done"}).status_code == 302
    assert officer.post(url("task", left.pk), {"act": "done"}).status_code == 403


def test_it_shows_lessons_of_somebody_faster_and_keeps_mine(officer: Client, url: Url, cast: Cast) -> None:
    officer.post(url("close"), {"act": "lessons", "went_well": "Theirs", "base": "0"})
    response = officer.post(url("close"), {"act": "lessons", "went_well": "Mine", "base": "0"})
    assert response.status_code == 422
    assert "Theirs" in page(response)
    assert "Mine" in page(response)
    assert Lessons.objects.get().version == 1


def test_it_says_what_the_laws_ask_about_keeping_the_record(officer: Client, incident: Incident, url: Url) -> None:
    kept = Obligation.objects.filter(incident=incident, kind="document").standing().order_by("pk")
    assert kept
    assert url("duty", kept[0].pk) in page(officer.get(url("close")))


def test_it_shows_a_task_of_a_restricted_case_to_its_circle_alone(
    task: Task, incident: Incident, cast: Cast, signed_in: Callable[[User], Client], url: Url
) -> None:
    change_incident(incident, by=cast.alice, reason="Small circle", restricted=True)
    Task.objects.filter(pk=task.pk).update(due=timezone.now() + timedelta(hours=1))
    bob = signed_in(cast.bob)
    assert bob.get(url("task", task.pk)).status_code == 404
    assert "Keep the logs" not in page(bob.get(reverse("workbench:tasks", args=("harbour",)) + "?show=all"))


def test_it_finds_tasks_files_and_comments_and_privileged_files_for_few(
    officer: Client, incident: Incident, cast: Cast, member: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    add_task(incident, title="Ask the zeppelin yard", by=cast.alice)
    write_comment(incident, text="The zeppelin again", by=cast.alice, key="k")
    for privileged in (False, True):
        upload = SimpleUploadedFile(f"zeppelin-{privileged}.txt", b"x")
        add_evidence(incident, upload, by=cast.alice, source="Zeppelin", privileged=privileged)
    address = reverse("workbench:search", args=("harbour",)) + "?q=zeppelin"
    mine = page(officer.get(address))
    for words in ("zeppelin yard", "zeppelin-False.txt", "zeppelin-True.txt", "#comment-"):
        assert words in re.sub("</?mark>", "", mine, flags=re.IGNORECASE), words
    theirs = re.sub("</?mark>", "", page(signed_in(member(Role.AUDITOR)).get(address)))
    assert "zeppelin-False.txt" in theirs
    assert "zeppelin-True.txt" not in theirs


@pytest.mark.parametrize("name", ["comments", "files", "close", "case_tasks", "notes"])
def test_it_asks_the_database_as_often_for_many_rows_as_for_few(
    officer: Client, incident: Incident, url: Url, cast: Cast, name: str
) -> None:
    party = incident.parties.get()

    def more(number: int) -> None:
        one = duty(incident)
        add_task(incident, title=f"Task {number}", by=cast.alice, owner=cast.bob, obligation=one)
        write_comment(incident, text="@Bob", by=cast.alice, key=f"d{number}", obligation=one)
        held = write_comment(
            incident, text="a", by=cast.alice, key=f"f{number}", party=party, path="/organisation/role"
        )
        edit_comment(held, text="b", by=cast.alice, base=1)
        write_note(incident, title="N", text="n", by=cast.bob, key=f"n{number}")
        upload = SimpleUploadedFile("log.txt", str(number).encode())
        add_evidence(incident, upload, by=cast.alice, source="Server")

    more(0)
    officer.get(url(name))  # what is read once for all is read
    with CaptureQueriesContext(connection) as few:
        officer.get(url(name))
    for number in (1, 2, 3):
        more(number)
    with CaptureQueriesContext(connection) as many:
        officer.get(url(name))
    assert len(many) == len(few)

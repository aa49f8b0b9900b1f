import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import history, services
from accounts.models import LegalEntity, Membership, Workspace
from tests.conftest import Cast

EVENT_TABLES = ["accounts_workspaceevent", "accounts_legalentityevent", "accounts_membershipevent"]


def test_it_keeps_who_changed_what_and_why(cast: Cast) -> None:
    with history.context(cast.alice, "renamed after the merger"):
        cast.workspace.name = "Harbour Group"
        cast.workspace.save()
    change = history.events_of(cast.workspace)[-1]
    assert (change.what, change.user_id, change.reason) == ("update", cast.alice.pk, "renamed after the merger")
    assert change.values["name"] == "Harbour Group"


def test_it_keeps_changes_that_no_model_method_saw(cast: Cast) -> None:
    with history.context(cast.alice), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_workspace SET name = 'By hand' WHERE id = %s", [cast.workspace.pk])
    change = history.events_of(cast.workspace)[-1]
    assert (change.values["name"], change.user_id) == ("By hand", cast.alice.pk)


def test_it_keeps_what_was_deleted(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.bob)
    pk = membership.pk
    with history.context(cast.alice, "left the team"):
        membership.delete()
    change = history.events_of(Membership(pk=pk))[-1]
    assert (change.what, change.values["user_id"], change.reason) == ("delete", cast.bob.pk, "left the team")


def test_it_writes_no_entry_for_a_save_that_changes_nothing(cast: Cast) -> None:
    before = len(history.events_of(cast.workspace))
    cast.workspace.save()
    assert len(history.events_of(cast.workspace)) == before


def test_it_gives_an_inner_context_back_to_the_outer_one(cast: Cast) -> None:
    def rename(name: str) -> tuple[int | None, str]:
        Workspace.objects.filter(pk=cast.workspace.pk).update(name=name)
        last = history.events_of(cast.workspace)[-1]
        return last.user_id, last.reason

    with history.context(cast.alice, "outer"):
        with history.context(cast.bob, "inner"):
            inner = rename("one")
        outer = rename("two")
    after = rename("three")
    assert (inner, outer) == ((cast.bob.pk, "inner"), (cast.alice.pk, "outer"))
    assert after == (None, "")  # the same transaction, but nobody's name any more


def test_it_names_the_transaction_of_every_change(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        running = cursor.fetchone()[0]
    assert set(cast.workspace.history.values_list("pgh_xid", flat=True)) == {running}


def test_it_groups_the_changes_of_one_context(cast: Cast) -> None:
    with history.context(cast.alice):
        LegalEntity.objects.create(workspace=cast.workspace, name="Harbour SA", country="FR")
        Workspace.objects.filter(pk=cast.workspace.pk).update(name="Other")
    groups = {
        cast.workspace.history.latest("pgh_id").pgh_context_id,
        LegalEntity.pgh_event_model.objects.latest("pgh_id").pgh_context_id,
    }
    assert len(groups) == 1
    assert None not in groups


@pytest.mark.parametrize("table", EVENT_TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_it_refuses_to_alter_history(cast: Cast, table: str, statement: str) -> None:
    LegalEntity.objects.create(workspace=cast.workspace, name="Harbour SA", country="FR")
    with (
        pytest.raises(DatabaseError, match=r"[Cc]annot"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_it_hands_the_context_to_copy(cast: Cast) -> None:
    with history.context(cast.alice, "import"), connection.cursor() as cursor:
        history.set_for_copy()
        sql = "COPY accounts_workspace (slug, name, language, time_zone, is_demonstration, created_at) FROM STDIN"
        with cursor.cursor.copy(sql) as copy:
            copy.write_row(("copied", "Copied", "en", "UTC", False, "2026-01-01T00:00:00Z"))
    change = history.events_of(Workspace.objects.get(slug="copied"))[-1]
    assert (change.user_id, change.reason) == (cast.alice.pk, "import")


def test_it_names_the_actor_of_every_request(cast: Cast) -> None:
    def view(request: object) -> HttpResponse:
        Workspace.objects.filter(pk=cast.workspace.pk).update(name="Renamed by a page")
        return HttpResponse()

    request = RequestFactory().post("/w/harbour/settings/")
    request.user = cast.alice
    history.HistoryMiddleware(view)(request)
    event = cast.workspace.history.latest("pgh_id")
    assert event.pgh_context == {"user": cast.alice.pk, "path": "/w/harbour/settings/"}


def test_it_names_nobody_for_a_request_without_a_user(cast: Cast) -> None:
    with history.context(AnonymousUser(), "the nightly job"):
        Workspace.objects.filter(pk=cast.workspace.pk).update(name="Renamed by a job")
    assert history.events_of(cast.workspace)[-1].user_id is None


def test_it_lets_the_databases_own_error_through(cast: Cast) -> None:
    taken = pytest.raises(IntegrityError, match="accounts_workspace_slug_unique")
    with taken, transaction.atomic(), history.context(cast.alice):
        Workspace.objects.create(slug="elsewhere", name="Twice")


def test_it_names_the_owner_of_the_token_that_changed_something(cast: Cast) -> None:
    class Rename(APIView):
        def post(self, request: Request) -> Response:
            Workspace.objects.filter(pk=cast.workspace.pk).update(name="Renamed by a program")
            return Response()

    secret = services.issue_token(cast.bob, "Script").secret
    request = RequestFactory().post("/api/v1/x", headers={"Authorization": f"Bearer {secret}"})
    request.user = AnonymousUser()
    history.HistoryMiddleware(Rename.as_view())(request)
    assert history.events_of(cast.workspace)[-1].user_id == cast.bob.pk

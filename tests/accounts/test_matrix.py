"""Every URL, every role and an outsider: the answers of tests/matrix, and no URL beside them."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from accounts.models import Membership, Role, User
from tests.conftest import PASSWORD, Cast, new_cast
from tests.matrix import BUILDERS, ROWS, Row, Who


def named_urls(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The full name of every address below; its pattern where somebody forgot the name."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from named_urls(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""))
        elif isinstance(entry, URLPattern):
            yield namespace + (entry.name or f"(without a name: {entry.pattern})")


@pytest.fixture(scope="module")
def callers(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[Who, User | None]]:
    """One user for each kind of caller, and what the rows need: made once, since status() leaves it as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = new_cast()
        users = {who: _user(who, cast) for who in Who}
        for build in BUILDERS:
            build(cast)
        yield users
        transaction.set_rollback(True)


def _user(who: Who, cast: Cast) -> User | None:
    known = {Who.OUTSIDER: cast.charlie, Who.PRIVACY_OFFICER: cast.alice, Who.APPROVER: cast.bob}
    if who is Who.ANONYMOUS or who in known:
        return known.get(who)
    user = User.objects.create_user(f"{who}@example.org", PASSWORD, display_name=who)
    limit = ["FR"] if who is Who.LOCAL_REPRESENTATIVE else []
    Membership.objects.create(user=user, workspace=cast.workspace, role=Role(who.value), countries=limit)
    return user


def status(row: Row, user: User | None) -> int:
    """The answer, with whatever the request changed undone."""
    client = Client()
    with transaction.atomic():
        if user is not None:
            client.force_login(user)
        response = getattr(client, row.method)(reverse(row.url, kwargs=row.kwargs), row.data)
        transaction.set_rollback(True)
    return int(response.status_code)


def test_it_has_a_row_for_every_url_and_a_url_for_every_row() -> None:
    named = set(named_urls(get_resolver()))
    listed = {row.url for row in ROWS}
    assert named - listed == set(), "URLs without a row in tests/matrix"
    assert listed - named == set(), "rows of tests/matrix without a URL"


def test_it_says_in_every_row_what_each_caller_gets() -> None:
    assert [str(row) for row in ROWS if set(row.answers) != set(Who)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_it_answers_as_the_matrix_says(row: Row, callers: dict[Who, User | None]) -> None:
    answers = {who: status(row, user) for who, user in callers.items()}
    assert answers == dict(row.answers)

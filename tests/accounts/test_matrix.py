"""Every URL, every role and an outsider: the answers of tests/matrix.py, and no URL beside them."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Membership, Role, User
from tests.conftest import PASSWORD, Cast
from tests.matrix import BUILDERS, ROWS, Row, Who


def named_urls(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The full name of every address below; its pattern where somebody forgot the name."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from named_urls(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""))
        elif isinstance(entry, URLPattern):
            yield namespace + (entry.name or f"(without a name: {entry.pattern})")


@pytest.fixture
def callers(cast: Cast) -> dict[Who, User | None]:
    """One user for each kind of caller."""
    users: dict[Who, User | None] = {
        Who.ANONYMOUS: None,
        Who.OUTSIDER: cast.charlie,
        Who.PRIVACY_OFFICER: cast.alice,
        Who.APPROVER: cast.bob,
    }
    for who in Who:
        if who not in users:
            users[who] = user = User.objects.create_user(f"{who}@example.org", PASSWORD, display_name=who)
            limit = ["FR"] if who is Who.LOCAL_REPRESENTATIVE else []
            Membership.objects.create(user=user, workspace=cast.workspace, role=Role(who.value), countries=limit)
    for build in BUILDERS:
        build(cast)
    return users


def status(row: Row, user: User | None) -> int:
    """The answer, with whatever the request changed undone."""
    client = Client()
    if user is not None:
        client.force_login(user)
    with transaction.atomic():
        response = getattr(client, row.method)(reverse(row.url, kwargs=row.kwargs), row.data)
        transaction.set_rollback(True)
    return int(response.status_code)


def test_it_has_a_row_for_every_url_and_a_url_for_every_row() -> None:
    named = set(named_urls(get_resolver()))
    listed = {row.url for row in ROWS}
    assert named - listed == set(), "URLs without a row in tests/matrix.py"
    assert listed - named == set(), "rows of tests/matrix.py without a URL"


def test_it_says_in_every_row_what_each_caller_gets() -> None:
    assert [str(row) for row in ROWS if set(row.answers) != set(Who)] == []


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_it_answers_as_the_matrix_says(row: Row, callers: dict[Who, User | None]) -> None:
    answers = {who: status(row, user) for who, user in callers.items()}
    assert answers == dict(row.answers)

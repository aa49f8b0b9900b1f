"""Error pages speak the reader's language, and need no database: it may be what is down."""

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody whose database does not answer: who it is cannot be found out."""

    def down(request: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.contrib.auth.middleware.get_user", down)
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("headers", "language", "words"),
    [({"Accept-Language": "fr"}, "fr", "Une panne est survenue"), ({}, "en", "Something broke")],
)
def test_it_says_that_it_broke_without_a_database(
    broken: Client, headers: dict[str, str], language: str, words: str
) -> None:
    response = broken.get("/", headers=headers)
    assert response.status_code == 500
    assert response.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in response.content.decode()
    assert words in response.content.decode()


def test_it_takes_the_language_that_was_chosen_here(broken: Client) -> None:
    broken.cookies["django_language"] = "fr"
    response = broken.get("/", headers={"Accept-Language": "en"})
    assert response.status_code == 500
    assert '<html lang="fr"' in response.content.decode()


def test_it_refuses_a_damaged_request_in_the_language_of_the_browser(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["tocsin.example.org"]
    response = Client().get("/", headers={"Accept-Language": "fr", "Host": "elsewhere.example.org"})
    assert response.status_code == 400
    assert '<html lang="fr"' in response.content.decode()


@pytest.mark.django_db
def test_it_says_calmly_that_something_was_asked_too_often(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    client = Client(headers={"Accept-Language": "fr"})
    for _ in range(2):
        response = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert response.status_code == 429
    assert "Trop de tentatives" in response.content.decode()

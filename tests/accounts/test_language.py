"""In which language a request is answered, and how it is chosen."""

import pytest
from django.test import Client
from django.utils import translation

from tests.conftest import Cast

LOGIN = "/accounts/login/"
CHOICE = "/accounts/language/"

pytestmark = pytest.mark.django_db


def language_of(html: bytes) -> str:
    return html.decode().partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(("asked", "shown"), [("fr-CA,fr;q=0.9,en;q=0.5", "fr"), ("de", "en"), ("", "en")])
def test_it_answers_a_visitor_in_the_language_that_the_browser_asks_for(asked: str, shown: str) -> None:
    response = Client(HTTP_ACCEPT_LANGUAGE=asked).get(LOGIN)
    assert (language_of(response.content), response["Content-Language"]) == (shown, shown)
    assert "Accept-Language" in response["Vary"]


def test_it_answers_a_member_in_the_members_own_language(cast: Cast) -> None:
    cast.alice.language = "fr"
    cast.alice.save()
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(cast.alice)
    assert language_of(client.get(f"/w/{cast.workspace.slug}/").content) == "fr"
    assert translation.get_language() == "en", "the next request must not inherit it"


def test_it_keeps_the_choice_with_the_member_and_on_the_device(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    response = client.post(CHOICE, {"language": "fr", "next": "/w/harbour/"})
    assert response["Location"] == "/w/harbour/"
    cast.alice.refresh_from_db()
    assert cast.alice.language == "fr"
    client.logout()
    client.cookies["django_language"] = "fr"
    assert language_of(client.get(LOGIN).content) == "fr"


@pytest.mark.parametrize(
    ("posted", "goes_to"), [({"language": "xx", "next": "/"}, "/"), ({"next": "//evil.example/"}, "/")]
)
def test_it_takes_no_unknown_language_and_leads_nowhere_else(
    client: Client, posted: dict[str, str], goes_to: str
) -> None:
    response = client.post(CHOICE, posted)
    assert response["Location"] == goes_to
    assert "django_language" not in response.cookies


def test_it_answers_programs_in_english(cast: Cast) -> None:
    cast.alice.language = "fr"
    cast.alice.save()
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    client.force_login(cast.alice)
    assert client.get("/api/v1/nothing-here/")["Content-Language"] == "en"

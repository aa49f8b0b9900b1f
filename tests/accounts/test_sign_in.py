"""Signing in as a visitor does it: through the pages, and through the API's header."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts import services
from accounts.auth import listens_on_loopback
from accounts.models import User
from outbox.models import Message
from tests.conftest import PASSWORD, Cast

LOGIN = "/accounts/login/"
CHANGE = "/accounts/password/change/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: str) -> bool:
    client.post(LOGIN, {"login": email, "password": password}, **extra)
    return "_auth_user_id" in client.session


class WhoAmI(APIView):
    def get(self, request: Request) -> Response:
        return Response({"email": request.user.email})


def api_answer(authorization: str) -> Response:
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=authorization)
    return WhoAmI.as_view()(request)


@pytest.fixture
def demo_user(db: None) -> User:
    return services.create_user(email="demo@example.org", display_name="Demo", password="demo", is_demonstration=True)


@pytest.fixture
def at_home(settings: object) -> Callable[..., None]:
    """Say how the server runs."""

    def run(*, debug: bool, listen: str = "") -> None:
        settings.DEBUG, settings.LISTEN = debug, listen  # type: ignore[attr-defined]

    return run


def test_it_lets_a_person_in_by_address_and_password(cast: Cast, client: Client) -> None:
    assert not sign_in(client, "alice@example.org", "wrong")
    assert sign_in(client, "ALICE@example.org")


def test_it_keeps_a_deactivated_person_out_of_an_open_session(cast: Cast, client: Client) -> None:
    assert sign_in(client, "bob@example.org")
    assert client.get(CHANGE).status_code == 200
    services.deactivate_user(cast.bob)
    assert client.get(CHANGE).status_code == 302


def test_it_locks_an_account_after_five_wrong_passwords_in_every_process(cast: Cast, client: Client) -> None:
    for attempt in range(5):
        assert not sign_in(client, "alice@example.org", f"wrong {attempt}")
    assert not sign_in(Client(), "alice@example.org")  # another browser, the right password
    cache.clear()
    assert sign_in(Client(), "alice@example.org")


def test_it_keeps_the_count_where_all_processes_see_it(cast: Cast, client: Client) -> None:
    sign_in(client, "alice@example.org", "wrong")
    from accounts.models import CacheEntry

    assert CacheEntry.objects.filter(cache_key__contains="login_failed").exists()


def test_it_answers_alike_for_known_and_unknown_addresses(cast: Cast) -> None:
    def answers(email: str) -> list[tuple[int, str]]:
        client = Client()
        wrong = client.post(LOGIN, {"login": email, "password": "wrong"})
        reset = client.post("/accounts/password/reset/", {"email": email})
        return [(reply.status_code, reply.content.decode().replace(email, "?")) for reply in (wrong, reset)]

    def without_tokens(replies: list[tuple[int, str]]) -> list[tuple[int, str]]:
        return [(status, re.sub(r"\b\w{64}\b", "", body)) for status, body in replies]

    assert without_tokens(answers("alice@example.org")) == without_tokens(answers("nobody@example.org"))
    assert set(Message.objects.values_list("recipient", flat=True)) == {"alice@example.org", "nobody@example.org"}


def test_it_offers_no_sign_up_to_an_address_without_an_account(db: None, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    message = Message.objects.get()
    assert message.subject == "No account of Tocsin has this address"
    assert "http" not in message.text


def test_it_resets_a_password_by_mail_through_the_outbox(cast: Cast, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    message = Message.objects.get()
    assert (message.kind, message.recipient, message.workspace) == ("account", "alice@example.org", None)
    assert "Hello from" not in message.text  # no site has a name here
    assert message.text.rstrip().endswith("Tocsin")
    link = next(word for word in message.text.split() if "/password/reset/key/" in word)
    page = client.get(link, follow=True)
    new = "a new and longer phrase"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert sign_in(Client(), "alice@example.org", new)


def test_it_offers_no_registration(db: None, client: Client) -> None:
    client.post("/accounts/signup/", {"email": "eve@example.org", "password1": PASSWORD})
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("listen", "inside"),
    [
        ("", True),
        ("127.0.0.1:8000", True),
        ("localhost:8000", True),
        ("[::1]:8000", True),
        ("::1", True),
        ("unix:/run/tocsin.sock", True),
        ("0.0.0.0:8000", False),
        ("0.0.0.0", False),
        (":8000", False),
        ("[::]:8000", False),
        ("192.168.1.4", False),
        ("tocsin.example.org", False),
    ],
)
def test_it_knows_when_only_this_machine_can_reach_it(settings: object, listen: str, inside: bool) -> None:
    settings.LISTEN = listen  # type: ignore[attr-defined]
    assert listens_on_loopback() is inside


def test_it_shows_the_demonstration_to_this_machine(
    demo_user: User, client: Client, at_home: Callable[..., None]
) -> None:
    at_home(debug=True)
    assert sign_in(client, demo_user.email, "demo")


@pytest.mark.parametrize(("debug", "listen"), [(False, ""), (True, "0.0.0.0:8000"), (False, "127.0.0.1:80")])
def test_it_closes_the_demonstration_elsewhere(
    demo_user: User, client: Client, at_home: Callable[..., None], debug: bool, listen: str
) -> None:
    at_home(debug=True)
    secret = services.issue_token(demo_user, "Demo").secret
    assert sign_in(client, demo_user.email, "demo")
    assert api_answer(f"Bearer {secret}").status_code == 200
    at_home(debug=debug, listen=listen)
    assert not sign_in(Client(), demo_user.email, "demo")
    assert client.get(CHANGE).status_code == 302  # the session that was open
    assert api_answer(f"Bearer {secret}").status_code == 401


def test_it_refuses_the_demonstration_to_a_visitor_from_elsewhere(
    demo_user: User, client: Client, at_home: Callable[..., None]
) -> None:
    at_home(debug=True)
    assert not sign_in(client, demo_user.email, "demo", REMOTE_ADDR="192.168.1.9")


def test_it_takes_a_bearer_token(cast: Cast) -> None:
    secret = services.issue_token(cast.alice, "Script").secret
    assert api_answer(f"Bearer {secret}").data == {"email": "alice@example.org"}


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer nonsense", "bearer tocsin_é", "Basic YTpi", ""])
def test_it_answers_401_without_a_good_token(db: None, header: str) -> None:
    answer = api_answer(header)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Tocsin"'

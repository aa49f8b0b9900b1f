"""What was typed is never lost: to an ended session, or a page that was open too long. Nor shown to anybody else."""

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.kept import pages
from accounts.kept.filling import fill
from accounts.kept.keeping import forget_expired
from accounts.models import KeptForm, LegalEntity, User
from accounts.sealed.storage import SealedStorage
from incidents.models import EvidenceFile, TimelineEntry
from incidents.services import open_incident
from tests.conftest import FILE_KEY, PASSWORD, Cast

TYPED = "The provider called: “names & numbers” were in it."


@pytest.fixture
def page(cast: Cast) -> str:
    """The timeline of a case, with its form."""
    entity = LegalEntity.objects.create(workspace=cast.workspace, name="Harbour Lines SA", country="FR")
    case = open_incident(workspace=cast.workspace, title="A case", legal_entity=entity, opened_by=cast.alice)
    return reverse("workbench:timeline", args=("harbour", case.number))


@pytest.fixture
def browser() -> Client:
    """One that checks tokens as the site does."""
    return Client(enforce_csrf_checks=True)


def token_of(response: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode())
    assert found is not None
    return found[1]


def sign_in(browser: Client, user: User, onward: str = "/") -> Any:
    token = token_of(browser.get(reverse("account_login")))
    typed = {"login": user.email, "password": PASSWORD, "next": onward, "csrfmiddlewaretoken": token}
    return browser.post(reverse("account_login"), typed)


@pytest.fixture
def typed(browser: Client, cast: Cast, page: str) -> dict[str, str]:
    """Alice has the page open and types."""
    sign_in(browser, cast.alice)
    return {"at": "2026-01-05T10:00", "text": TYPED, "csrfmiddlewaretoken": token_of(browser.get(page))}


def end_session(browser: Client) -> None:
    del browser.cookies["sessionid"]


def test_it_shows_the_form_filled_after_the_session_ended(
    browser: Client, cast: Cast, page: str, typed: dict[str, str]
) -> None:
    end_session(browser)
    asked = browser.post(page, typed)
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith(reverse("account_login"))
    shown = browser.get(sign_in(browser, cast.alice, asked_next(asked)).headers["Location"])
    text = shown.content.decode()
    assert "names &amp; numbers” were in it.</textarea>" in text
    assert 'value="2026-01-05T10:00"' in text
    assert "Nothing was saved yet" in text
    assert not TimelineEntry.objects.filter(kind="human").exists()  # nothing is sent for her
    again = browser.post(page, {**typed, "csrfmiddlewaretoken": token_of(shown)})
    assert again.status_code == 302
    assert TimelineEntry.objects.get(kind="human").text == TYPED


def asked_next(response: Any) -> str:
    return parse_qs(urlsplit(response.headers["Location"]).query)["next"][0]


def test_it_shows_the_form_filled_after_a_stale_token(
    browser: Client, cast: Cast, page: str, typed: dict[str, str]
) -> None:
    sign_in_anew(browser, cast.alice)
    refused = browser.post(page, typed)
    assert refused.status_code == 403
    link = re.search(r'href="([^"]*kept=\d+)"', refused.content.decode())
    assert link is not None
    assert "names &amp; numbers" in browser.get(link[1].replace("&amp;", "&")).content.decode()


def sign_in_anew(browser: Client, user: User) -> None:
    """In another tab: the session is another one, and so is the token."""
    end_session(browser)
    sign_in(browser, user)


def test_it_shows_what_alice_typed_to_nobody_else(
    browser: Client, cast: Cast, page: str, typed: dict[str, str]
) -> None:
    end_session(browser)
    asked = browser.post(page, typed)
    onward = asked_next(asked)
    kept = reverse("account_kept", args=[KeptForm.objects.get().pk])
    assert "names" not in browser.get(sign_in(browser, cast.bob, onward).headers["Location"]).content.decode()
    assert browser.get(kept).status_code == 404
    other = Client()  # hers, but another browser
    other.force_login(cast.alice)
    assert other.get(kept).status_code == 404
    assert "numbers" not in other.get(onward).content.decode()


def test_it_does_not_give_alices_text_to_who_signed_in_at_her_open_page(
    browser: Client, cast: Cast, page: str, typed: dict[str, str]
) -> None:
    sign_in_anew(browser, cast.bob)
    refused = browser.post(page, typed)  # typed on the page that was shown to Alice
    assert refused.status_code == 403
    assert KeptForm.objects.get().user == cast.alice


def test_it_keeps_nothing_from_elsewhere(browser: Client, cast: Cast, page: str, typed: dict[str, str]) -> None:
    forged = {**typed, "csrfmiddlewaretoken": "a" * 64}
    assert browser.post(page, forged).status_code == 403
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize(
    "more", [{"text": "x" * 200_001}, {f"f{n}": "1" for n in range(501)}], ids=["too long", "too many"]
)
def test_it_keeps_no_more_than_a_form_can_hold(
    browser: Client, page: str, typed: dict[str, str], more: dict[str, str]
) -> None:
    end_session(browser)
    assert browser.post(page, {**typed, **more}).status_code == 302
    assert not KeptForm.objects.exists()


def test_it_keeps_no_password(browser: Client, page: str, typed: dict[str, str]) -> None:
    end_session(browser)
    browser.post(page, {**typed, "new_password": "secret words"})
    browser.post(reverse("account_change_password"), {**typed, "oldpassword": "secret words"})
    kept = KeptForm.objects.get()
    held = signing.loads(browser.cookies[pages.COOKIE].value, salt=pages.SALT)
    assert set(signing.loads(kept.typed, salt=f"accounts.kept:{held['b']}")["values"]) == {"at", "text"}


def test_it_forgets_after_its_time(browser: Client, cast: Cast, page: str, typed: dict[str, str]) -> None:
    end_session(browser)
    onward = asked_next(browser.post(page, typed))
    KeptForm.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "numbers" not in browser.get(sign_in(browser, cast.alice, onward).headers["Location"]).content.decode()


def test_it_shows_the_text_alone_where_there_is_no_page(
    browser: Client, cast: Cast, page: str, typed: dict[str, str]
) -> None:
    end_session(browser)
    only_post = page.replace("timeline", "seen")
    onward = asked_next(browser.post(only_post, typed))
    shown = browser.get(sign_in(browser, cast.alice, onward).headers["Location"], follow=True)
    assert "numbers" in shown.content.decode()
    assert "Throw it away" in shown.content.decode()
    browser.post(reverse("account_kept", args=[KeptForm.objects.get().pk]), {"csrfmiddlewaretoken": token_of(shown)})
    assert not KeptForm.objects.exists()


FORMS = """<form method="get"><input name="a" value="1"></form>
<form method="post" action="/x/"><input name="a"><button name="act" value="one">1</button></form>
<form method="post"><input name="a" value="&lt;"><input type="checkbox" name="b" value="1" checked>
<input type="checkbox" name="b" value="2"><select name="c"><option value="1" selected>One</option>
<option value="2">Two &amp; a half</option></select><textarea name="d" rows="2">
old &amp; gone</textarea><input type="password" name="p" value=""><button name="act" value="two">2</button></form>"""


@pytest.fixture
def filled() -> Callable[..., str]:
    return lambda **values: fill(FORMS, "/x/", "/x/", {name: list(held) for name, held in values.items()}).html


def test_it_fills_the_form_that_was_sent(filled: Callable[..., str]) -> None:
    html = filled(a=['"Q" <x>'], b=["2"], c=["2"], d=["new\nlines"], act=["two"], p=["never"])
    first, second, third = html.split("<form")[1:]
    assert 'name="a" value="1"' in first
    assert second == FORMS.split("<form")[2]
    assert 'name="a" value="&quot;Q&quot; &lt;x&gt;"' in third
    assert '<input type="checkbox" name="b" value="1">' in third
    assert '<input type="checkbox" name="b" value="2" checked>' in third
    assert '<option value="2" selected>Two &amp; a half</option>' in third
    assert "new\nlines</textarea>" in third
    assert "old" not in third
    assert "never" not in third


def test_it_names_what_has_no_place() -> None:
    found = fill(FORMS, "/x/", "/x/", {"a": ["1", "2"], "z": ["left"], "act": ["two"], "csrfmiddlewaretoken": ["t"]})
    assert found.left == {"a": ["2"], "z": ["left"]}


@pytest.mark.parametrize("action", ["#main", "?check=1", "../x/"])
def test_it_knows_a_form_whose_address_is_told_from_its_page(action: str) -> None:
    html = f'<form method="post" action="{action}"><input name="a"></form>'
    assert 'value="typed"' in fill(html, "/x/", "/x/?kept=1", {"a": ["typed"]}).html


def test_it_leaves_a_page_as_it_is_when_nothing_fits() -> None:
    assert fill(FORMS, "/x/", "/y/", {"a": ["1"]}).html == FORMS


# -- files ----------------------------------------------------------------------------------------------

LOG = b"10:14 GET /customers\n" * 5000


@pytest.fixture
def files_page(page: str) -> str:
    return page.replace("timeline", "files")


def chosen(browser: Client, files_page: str, content: bytes = LOG, **typed: str) -> dict[str, Any]:
    token = token_of(browser.get(files_page))
    file = SimpleUploadedFile("access.log", content)
    return {"file": file, "source": "Web server", "csrfmiddlewaretoken": token, **typed}


def lose_and_return(browser: Client, cast: Cast, files_page: str) -> Any:
    """Alice sends a file after her session has ended, signs in, and sees the page again."""
    sign_in(browser, cast.alice)
    typed = chosen(browser, files_page)
    end_session(browser)
    return browser.get(sign_in(browser, cast.alice, asked_next(browser.post(files_page, typed))).headers["Location"])


def kept_number(shown: Any) -> str:
    found = re.search(r'name="kept_files" value="(\d+)"', shown.content.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize("keys", ["", FILE_KEY], ids=["plain storage", "sealed storage"])
def test_a_chosen_file_goes_along_when_the_form_is_sent_again(
    browser: Client, cast: Cast, files_page: str, sealed_files: SealedStorage, settings: Any, keys: str
) -> None:
    settings.FILE_KEYS = keys
    shown = lose_and_return(browser, cast, files_page)
    text = shown.content.decode()
    assert "Kept, and goes along when you send the form: access.log." in text
    assert "could not be kept" not in text
    (name,) = sealed_files.names()
    assert b"customers" not in Path(sealed_files.path(name)).read_bytes()
    again = {"source": "Web server", "csrfmiddlewaretoken": token_of(shown), "kept_files": kept_number(shown)}
    assert browser.post(files_page, again).status_code == 302
    row = EvidenceFile.objects.get()
    assert (row.name, row.size, row.sha256) == ("access.log", len(LOG), sha256(LOG).hexdigest())
    assert not KeptForm.objects.exists()
    assert list(sealed_files.names()) == [row.stored]


def test_another_file_takes_the_place_of_the_kept_one(
    browser: Client, cast: Cast, files_page: str, sealed_files: SealedStorage
) -> None:
    shown = lose_and_return(browser, cast, files_page)
    browser.post(files_page, chosen(browser, files_page, b"newer", kept_files=kept_number(shown)))
    assert EvidenceFile.objects.get().size == 5


def test_a_kept_file_goes_along_for_nobody_else(
    browser: Client, cast: Cast, files_page: str, sealed_files: SealedStorage
) -> None:
    shown = lose_and_return(browser, cast, files_page)
    other = Client()
    other.force_login(cast.alice)  # hers, but another browser
    other.get(files_page)
    assert other.post(files_page, {"source": "x", "kept_files": kept_number(shown)}).status_code == 422
    sign_in_anew(browser, cast.bob)
    token = token_of(browser.get(files_page))
    said = {"source": "x", "kept_files": kept_number(shown), "csrfmiddlewaretoken": token}
    assert browser.post(files_page, said).status_code in (403, 422)
    assert not EvidenceFile.objects.exists()


def test_a_file_beyond_the_limit_is_named_to_be_chosen_again(
    browser: Client, cast: Cast, files_page: str, sealed_files: SealedStorage, settings: Any
) -> None:
    settings.EVIDENCE_MAX_BYTES = 10
    shown = lose_and_return(browser, cast, files_page)
    assert "These files could not be kept. Choose them again: access.log" in shown.content.decode()
    assert list(sealed_files.names()) == []


def test_a_kept_file_is_taken_away_with_its_form(
    browser: Client, cast: Cast, files_page: str, sealed_files: SealedStorage
) -> None:
    lose_and_return(browser, cast, files_page)
    forget_expired(timezone.now())
    assert len(list(sealed_files.names())) == 1
    forget_expired(timezone.now() + timedelta(hours=13))
    assert list(sealed_files.names()) == []
    assert not KeptForm.objects.exists()


# -- a form that comes back to be mended ------------------------------------------------------------------


def send_with_a_fault(browser: Client, cast: Cast, files_page: str) -> Any:
    """Alice chooses a file and does not say where it comes from."""
    sign_in(browser, cast.alice)
    return browser.post(files_page, chosen(browser, files_page, source="", description="Of the night"))


def test_a_chosen_file_stays_while_the_form_is_mended(
    browser: Client, cast: Cast, files_page: str, sealed_files: SealedStorage
) -> None:
    shown = send_with_a_fault(browser, cast, files_page)
    assert shown.status_code == 422
    assert "Kept, and goes along when you send the form: access.log." in shown.content.decode()
    assert "Of the night</textarea>" in shown.content.decode()
    again = {"source": "", "csrfmiddlewaretoken": token_of(shown), "kept_files": kept_number(shown)}
    shown = browser.post(files_page, again)
    assert shown.status_code == 422
    assert len(list(sealed_files.names())) == 1
    again |= {"source": "Web server", "kept_files": kept_number(shown)}
    assert browser.post(files_page, again).status_code == 302
    row = EvidenceFile.objects.get()
    assert (row.name, row.sha256) == ("access.log", sha256(LOG).hexdigest())
    assert list(sealed_files.names()) == [row.stored]
    assert not KeptForm.objects.exists()


def test_a_kept_file_outlives_a_session_that_ends_while_the_form_is_mended(
    browser: Client, cast: Cast, files_page: str, sealed_files: SealedStorage
) -> None:
    shown = send_with_a_fault(browser, cast, files_page)
    again = {"source": "Web server", "csrfmiddlewaretoken": token_of(shown), "kept_files": kept_number(shown)}
    end_session(browser)
    onward = asked_next(browser.post(files_page, again))
    shown = browser.get(sign_in(browser, cast.alice, onward).headers["Location"])
    again = {"source": "Web server", "csrfmiddlewaretoken": token_of(shown), "kept_files": kept_number(shown)}
    assert browser.post(files_page, again).status_code == 302
    assert EvidenceFile.objects.get().sha256 == sha256(LOG).hexdigest()
    assert len(list(sealed_files.names())) == 1


def test_a_file_that_is_itself_the_fault_is_not_kept(
    browser: Client, cast: Cast, files_page: str, sealed_files: SealedStorage
) -> None:
    sign_in(browser, cast.alice)
    shown = browser.post(files_page, chosen(browser, files_page, b""))
    assert shown.status_code == 422
    assert "kept_files" not in shown.content.decode()
    assert not KeptForm.objects.exists()


def test_a_file_that_cannot_be_kept_is_named_beside_its_field(
    browser: Client, cast: Cast, files_page: str, sealed_files: SealedStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.kept.uploads.MOST_FILES", 0)
    shown = send_with_a_fault(browser, cast, files_page)
    assert "These files could not be kept. Choose them again: access.log" in shown.content.decode()

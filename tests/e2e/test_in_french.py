"""One whole way in French: from sign-in to a case, a fact answered and a duty looked at."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import LegalEntity
from incidents.models import Incident
from tests.conftest import PASSWORD, Cast
from tests.e2e.axe import axe
from tests.e2e.conftest import OpenPage, Shot
from tools import messages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def company(transactional_db: None, cast: Cast) -> LegalEntity:
    messages.compile_stale()
    return LegalEntity.objects.create(workspace=cast.workspace, name="Lignes du Port SA", country="FR")


def looked_at(page: Page, width: int, name: str, shot: Shot) -> None:
    shot(page, f"french-{name}-{width}")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert axe(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(words))


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_it_leads_a_french_officer_from_sign_in_to_a_duty(
    live_server: LiveServer, company: LegalEntity, cast: Cast, open_page: OpenPage, shot: Shot, width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme, locale="fr-FR", timezone_id="Europe/Paris")
    page.goto(f"{live_server.url}/accounts/login/?next=/w/harbour/")
    heading(page, "Se connecter")
    looked_at(page, width, "login", shot)
    page.get_by_label("Adresse électronique").fill("alice@example.org")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()

    # Her own language is English until she chooses; the choice stays.
    heading(page, "My desk")
    page.get_by_role("button", name="Français").click()
    heading(page, "Mon bureau")
    cast.alice.refresh_from_db()
    assert cast.alice.language == "fr"
    looked_at(page, width, "desk", shot)

    page.goto(f"{live_server.url}/w/harbour/incidents/report/what/")
    page.get_by_label("Que s’est-il passé").fill("Un fichier de clients était lisible par tous.")
    page.get_by_role("button", name="Continuer").click()
    heading(page, "Depuis quand le savez-vous")
    page.get_by_role("button", name="Je ne sais pas encore").click()
    heading(page, "Quelle entreprise")
    page.get_by_label("Quelle entreprise").select_option(label="Lignes du Port SA (France)")
    page.get_by_role("radio", name=re.compile("responsable du traitement")).check()
    page.get_by_role("button", name="Continuer").click()
    heading(page, "Quelles données")
    page.get_by_label(re.compile("^Coordonnées")).check()
    looked_at(page, width, "data", shot)
    page.get_by_role("button", name="Continuer").click()
    heading(page, "Où sont les personnes")
    page.get_by_label("Lieu").first.fill("Allemagne")
    page.get_by_label("Combien de personnes").first.fill("340")
    page.get_by_role("button", name="Continuer").click()
    heading(page, "Vérifier, puis faire courir les délais")
    expect(page.get_by_role("main")).to_contain_text("Allemagne")
    looked_at(page, width, "check", shot)
    page.get_by_role("button", name="Faire courir les délais").click()
    heading(page, "est ouvert")

    case = Incident.objects.get()
    for path, title in (
        ("", "Un fichier de clients"),
        ("facts/", "Faits"),
        ("people/", "Personnes par pays"),
        ("duties/", "Obligations"),
        ("risk/", "Risque"),
        ("timeline/", "Chronologie"),
    ):
        page.goto(f"{live_server.url}/w/harbour/incidents/{case.number}/{path}")
        heading(page, title)
        looked_at(page, width, path.strip("/") or "case", shot)
    page.goto(f"{live_server.url}/w/harbour/incidents/{case.number}/duties/")
    expect(page.get_by_role("main")).to_contain_text("Allemagne")
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Pourquoi")).to_be_visible()
    looked_at(page, width, "duty", shot)

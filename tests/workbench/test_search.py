"""Search: everything that a member may see is found by words, with the words marked; nothing else is, nor counted."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import LegalEntity, Membership, User
from incidents import services
from incidents.models import Incident, Obligation, SearchText
from incidents.selectors.searching import Found, search
from incidents.services.privileged import allow_privileged, write_note
from tests.conftest import Cast

OpenCase = Callable[..., Incident]
Find = Callable[..., Found]
PAGE = reverse("workbench:search", args=("harbour",))


@pytest.fixture
def find(cast: Cast) -> Find:
    def find(said: str, who: str = "alice", **more: object) -> Found:
        member = Membership.objects.select_related("workspace").get(user=getattr(cast, who), workspace=cast.workspace)
        return search(member, said, **more)  # type: ignore[arg-type]

    return find


def kinds(found: Found) -> dict[str, int]:
    return dict(found.counts or {})


def test_it_finds_each_kind_of_text_by_its_words(incident: Incident, find: Find, cast: Cast) -> None:
    services.write_narrative(
        incident, question="summary", language="fr", text="Des données volées à l'étranger", author=cast.alice
    )
    entry = services.add_timeline_entry(
        incident, at=timezone.now(), text="The caretaker rang the bell", author=cast.alice
    )
    services.record_measure(
        incident,
        measure="training",
        time="after",
        state="in_place",
        author=cast.alice,
        description="Lecture hall",
    )
    assert kinds(find("mailbox")) == {"case": 1}
    assert kinds(find(incident.reference))["case"] == 1
    assert kinds(find("donnee vole")) == {"narrative": 1}
    assert kinds(find("lecture")) == {"measure": 1}
    assert kinds(find("CNIL")) == {"duties": 1}
    assert "facts" in kinds(find("Germany"))
    ((case,)) = find("caretaker bells").cases
    (place,) = case.places
    assert place.url == f"/w/harbour/incidents/{incident.number}/timeline/#entry-{entry.pk}"
    assert place.snippet == "The <mark>caretaker</mark> rang the <mark>bell</mark>"


def test_it_leads_to_the_duty_that_has_the_words(incident: Incident, find: Find) -> None:
    ((case,)) = find("CNIL", source="duties").cases
    pk = int(case.places[0].url.rstrip("/").rpartition("/")[2])
    assert Obligation.objects.get(pk=pk).jurisdiction == "FR"
    assert "<mark>CNIL</mark>" in case.places[0].snippet


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ('"somebody else"', 1), ('"else somebody"', 0), ("mailbox -somebody", 0), ("mailb", 1), ('"mailb"', 0),
        ("submarine or mailbox", 1), ("submarine mailbox", 0),
    ],
)  # fmt: skip
def test_it_takes_phrases_beginnings_and_what_is_left_out(
    incident: Incident, find: Find, said: str, number: int
) -> None:
    assert kinds(find(said)).get("case", 0) == number


def test_it_finds_words_in_scripts_without_spaces(open_case: OpenCase, find: Find) -> None:
    open_case(title="顧客の個人情報が漏えい")
    assert kinds(find("個人情報")) == {"case": 1}
    assert kinds(find("人個")) == {}
    ((case,)) = find("漏えい").cases
    assert case.places[0].title == "顧客の個人情報が<mark>漏えい</mark>"


def test_it_follows_what_changes(incident: Incident, find: Find, cast: Cast) -> None:
    services.change_incident(incident, by=cast.alice, reason="Clearer", title="Stolen laptop")
    party = incident.parties.get()
    services.patch_facts(party, {"/affected/de": None}, 1, cast.alice, "Nobody there")
    assert (kinds(find("mailbox")), kinds(find("laptop"))) == ({}, {"case": 1})
    assert "facts" not in kinds(find("Germany"))
    services.change_incident(incident, by=cast.alice, reason="Handed over", owner=cast.bob)
    assert kinds(find("Bob"))["case"] == 1


def test_it_hides_restricted_cases_and_does_not_count_them(open_case: OpenCase, find: Find, cast: Cast) -> None:
    open_case(title="Insider trading", restricted=True)
    assert kinds(find("insider")) == {"case": 1}
    hidden = find("insider", "bob")
    assert (hidden.cases, hidden.total, kinds(hidden)) == ((), 0, {})


def test_it_hides_what_is_privileged_from_whoever_may_not_see_it(incident: Incident, find: Find, cast: Cast) -> None:
    Membership.objects.filter(user=cast.bob).update(role="contributor")
    write_note(incident, title="Advice", text="Counsel thinks of settling", by=cast.alice, key="k")
    assert kinds(find("settling")) == {"note": 1}
    assert (kinds(find("settling", "bob")), find("settling", "bob").total) == ({}, 0)
    allow_privileged(Membership.objects.get(user=cast.bob), by=cast.alice, reason="Works with counsel")
    assert kinds(find("settling", "bob")) == {"note": 1}


def test_it_finds_nothing_of_another_workspace(incident: Incident, cast: Cast) -> None:
    member = Membership.objects.select_related("workspace").get(user=cast.charlie)
    assert search(member, "mailbox").total == 0


@pytest.mark.parametrize(
    "said",
    ["'", '"', "-", '-"', "a & | ! ( ) :* <-> \\", "%00 %", "the", "-mailbox", "\U0001f600", "or or", "x" * 5000,
     "select * from; --", "😀 -😀 or", '"' * 99, "'a':* & b", "ﬃ ½ №"],
)  # fmt: skip
def test_it_answers_whatever_is_typed(incident: Incident, officer: Client, said: str) -> None:
    assert officer.get(f"{PAGE}?{urlencode({'q': said, 'in': 'nothing', 'page': '٣'})}").status_code == 200


def test_it_says_that_there_is_no_word_to_be_found(officer: Client) -> None:
    assert "There is no word to be found in this." in officer.get(PAGE, {"q": "-mailbox"}).content.decode()
    assert "There is no word" not in officer.get(PAGE, {"q": "submarine"}).content.decode()


def test_it_writes_what_was_found_as_text(open_case: OpenCase, officer: Client) -> None:
    open_case(title='<script>alert("mailbox")</script> & co')
    text = officer.get(PAGE, {"q": "mailbox"}).content.decode()
    assert "&lt;script&gt;alert(&quot;<mark>mailbox</mark>&quot;)&lt;/script&gt; &amp; co" in text
    assert "<script>alert" not in text


def test_it_asks_as_often_for_many_as_for_one(open_case: OpenCase, officer: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(PAGE, {"q": "mailbox"}).status_code == 200
        return len(queries)

    open_case()
    few = asked()
    for _ in range(3):
        open_case()
    assert asked() == few <= 13


def test_it_pages_cases_and_counts_further_places(open_case: OpenCase, find: Find, cast: Cast) -> None:
    case = open_case()
    for number in range(6):
        services.add_timeline_entry(
            case, at=datetime(2026, 11, 2, tzinfo=UTC), text=f"Mailbox {number}", author=cast.bob
        )
    (found,) = find("mailbox", page=99).cases
    assert (len(found.places), found.more) == (4, 3)


def test_it_makes_the_texts_again(
    incident: Incident, find: Find, capsys: pytest.CaptureFixture[str], cast: Cast
) -> None:
    rows = SearchText.objects.count()
    SearchText.objects.filter(source="case").delete()
    SearchText.objects.create(
        incident=incident, source="timeline", key=0, text="gone", config="simple", vector="gone", digest=""
    )
    SearchText.objects.filter(source="duties").update(digest="")
    call_command("rebuild_search")
    assert "Texts of 1 case made again, 3 differed." in capsys.readouterr().out
    assert SearchText.objects.count() == rows
    assert kinds(find("mailbox")) == {"case": 1}
    assert services.sweep_search() == 0


def test_it_finds_a_legal_person_that_joins(
    incident: Incident, find: Find, signed_in: Callable[[User], Client]
) -> None:
    other = LegalEntity.objects.create(workspace=incident.workspace, name="Zephyr Services", country="FR")
    services.add_party(incident, other, by=incident.owner)
    assert kinds(find("zephyr"))["case"] == 1


def test_it_takes_the_stem_of_a_word_and_the_beginning_of_the_last(incident: Incident, find: Find) -> None:
    for said in ("supervisory auth", "supervisory authority", "supervisory authorities"):
        assert kinds(find(said)).get("duties"), said

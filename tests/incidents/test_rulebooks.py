"""Old assessments under their old law, and which cases another law reads otherwise."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from incidents import selectors, services
from incidents.findings import compact
from incidents.models import Assessment, KeptRulebook, Obligation, Party
from incidents.selectors import rulebooks
from law.bundle import pack
from law.rulebook import Rulebook, load_rulebook, read_folder, read_rulebook
from tests.conftest import Cast
from tests.law.test_commands import run

GDPR = "jurisdictions/gdpr.toml"


@pytest.fixture(scope="module")
def shorter() -> Rulebook:
    """The GDPR alone, with 48 hours in Article 33, verified later."""
    files = {name: text for name, text in read_folder().files.items() if name in (GDPR, "authorities/eea.toml")}
    text = files[GDPR].decode()
    assert "limit = { hours = 72" in text
    text = text.replace("limit = { hours = 72", "limit = { hours = 48").replace(
        "verified_on = 2026", "verified_on = 2031", 1
    )
    return read_rulebook({**files, GDPR: text.encode()})


@pytest.fixture
def bundle(shorter: Rulebook, tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "newer.tar.xz"
    path.write_bytes(pack(shorter.files, shorter.date))
    yield str(path)
    call_command("law", "remove")


def test_it_keeps_the_rulebook_of_an_assessment_once_and_for_good(party: Party) -> None:
    kept = KeptRulebook.objects.get()
    assert kept.digest == Assessment.objects.get(party=party).rulebook
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        kept.delete()


def test_it_makes_an_old_assessment_again_under_its_own_law(party: Party, shorter: Rulebook) -> None:
    stood = Assessment.objects.get(party=party)
    old = load_rulebook()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rulebooks, "load_rulebook", lambda: shorter)
        rulebooks._kept.cache_clear()
        assert selectors.rulebook_of(stood).digest == old.digest
        assert [compact(one) for one in selectors.reasons(stood).findings] == stood.findings
    assert shorter.files[GDPR] != old.files[GDPR]


def test_it_lists_the_cases_that_another_law_reads_otherwise(party: Party, shorter: Rulebook) -> None:
    assert not list(selectors.impact(load_rulebook()))
    [found] = selectors.impact(shorter)
    assert found.party == party
    [moved] = [one for one in found.duties if one.duty == "gdpr.art33.notify_authority" and one.stage == "initial"]
    assert moved.kind == "moved"
    assert moved.before
    assert moved.after
    assert moved.before[1]
    assert moved.after[1]
    assert (moved.before[1] - moved.after[1]).total_seconds() == 24 * 3600
    assert Assessment.objects.count() == 1  # nothing is stored


def test_it_leaves_closed_cases_out_unless_asked(cast: Cast, party: Party, shorter: Rulebook) -> None:
    services.close_incident(party.incident, by=cast.alice, reason="Nothing more to do")
    assert not list(selectors.impact(shorter))
    assert len(list(selectors.impact(shorter, closed=True))) == 1


def test_it_installs_a_newer_law_and_assesses_open_cases_by_it(party: Party, bundle: str) -> None:
    status, out, _ = run("law", "install", bundle, "--check")
    assert (status, load_rulebook()) == (0, read_folder())
    assert "altered           gdpr.art33.notify_authority: version 2018-05-25" in out
    _, out, _ = run("law", "impact", bundle)
    assert "France: gdpr.art33.notify_authority (initial)" in out
    assert "1 party of cases differ: 1 moved." in out
    run("law", "install", bundle)
    assert load_rulebook().date.year == 2031
    assert services.reassess_stale() == 1
    row = Obligation.objects.get(party=party, duty="gdpr.art33.notify_authority", stage="initial", jurisdiction="FR")
    assert row.changed_in is not None  # flagged until somebody has seen it
    assert KeptRulebook.objects.count() == 2


def test_it_refuses_a_law_that_is_older_or_faulty(tmp_path: Path, bundle: str, shorter: Rulebook) -> None:
    files = dict(shorter.files)
    old = {name: text.replace(b"verified_on = 2031", b"verified_on = 2026") for name, text in files.items()}
    old = {name: text.replace(b"verified_on = 2026-11-2", b"verified_on = 2026-10-2") for name, text in old.items()}
    path = tmp_path / "old.tar.xz"
    rulebook = read_rulebook(old)
    path.write_bytes(pack(old, rulebook.date))
    with pytest.raises(CommandError, match="lies before that of the library in use"):
        run("law", "install", str(path))
    path.write_bytes(pack({GDPR: files[GDPR].replace(b'when = "', b'when = "no_such_', 1)}, rulebook.date))
    with pytest.raises(CommandError, match="no_such_"):
        run("law", "install", str(path))
    assert replace(rulebook).date < read_folder().date

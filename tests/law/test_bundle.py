"""A rulebook as one file: the same bytes again, read back as the same law; installed, newer law without new code."""

import io
import lzma
import tarfile
from datetime import date
from pathlib import Path

import pytest

from law.bundle import BundleError, pack, unpack
from law.changes import law_changes
from law.errata import errata, errata_page
from law.installed import in_use, install, remove
from law.rulebook import RulebookError, law_files, load_rulebook, read_folder, read_rulebook
from tests.law.examples import HEAD, law, library

OWN = law([{"id": "br.own.tell"}])
CORRECTED = OWN.replace(
    '  trigger_text = "Something happened."\n',
    """  trigger_text = "Something happened."
    [[duty.version.correction]]
    revision = 1
    on = 2026-11-25
    was = "within five days"
    why = "section 2 was read in a superseded print"
    effect = "the deadline lies two days earlier"
    reported_by = "a reader"
""",
)


def files(folder: Path, **more: str) -> dict[str, bytes]:
    folder.mkdir(exist_ok=True)
    return law_files(library(folder, **{"br_own": OWN, **more}))


def archive(**content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name, data in content.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            made.addfile(entry, io.BytesIO(data))
    return lzma.compress(out.getvalue())


def test_it_gives_the_same_bytes_again_and_the_same_law_back(tmp_path: Path) -> None:
    given = files(tmp_path)
    data = pack(given, date(2026, 11, 27))
    assert pack(dict(reversed(given.items())), date(2026, 11, 27)) == data
    bundle = unpack(data)
    assert dict(bundle.files) == given
    assert bundle.foreign == ()
    assert bundle.rulebook().digest == bundle.digest == read_rulebook(given).digest


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04", "no rulebook bundle"),
        (lzma.compress(b"not a tar archive" * 100), "no rulebook bundle"),
        (archive(**{"manifest.json": b'{"format": "other/9"}'}), "'other/9'; expected 'tocsin.rulebook/1'"),
        (archive(**{"../evil.toml": b""}), "does not belong in a rulebook bundle"),
        (archive(**{"elsewhere/x.toml": b""}), "expected files of authorities, jurisdictions only"),
        (archive(**{"manifest.json": b'{"format": "tocsin.rulebook/1", "date": "soon"}'}), "'soon'; expected YYYY-MM"),
        (archive(**{"manifest.json": b'{"format": "tocsin.rulebook/1"}', "jurisdictions/x.py": b""}), "no law file"),
    ],
)  # fmt: skip
def test_it_says_what_is_no_bundle(data: bytes, words: str) -> None:
    with pytest.raises(BundleError, match=words):
        unpack(data)


def test_it_uses_the_newer_of_the_shipped_and_the_installed_law(tmp_path: Path) -> None:
    place = tmp_path / "rulebook" / "rulebook.tar.xz"
    assert in_use(place) is read_folder()
    newer = OWN.replace("verified_on = 2026-11-22", "verified_on = 2031-01-01", 1)
    install(pack(files(tmp_path / "a", br_own=newer), date(2031, 1, 1)), place)
    assert set(in_use(place).duties) == {"br.own.tell"}
    older = OWN.replace("verified_on = 2026-11-22", "verified_on = 2020-01-01", 1)
    install(pack(files(tmp_path / "b", br_own=older), date(2020, 1, 1)), place)
    assert in_use(place) is read_folder()
    assert remove(place)
    assert not remove(place)


def test_it_stops_at_an_installed_file_that_cannot_be_read(tmp_path: Path) -> None:
    place = tmp_path / "rulebook.tar.xz"
    install(b"torn", place)
    with pytest.raises(RulebookError, match=r"rulebook\.tar\.xz.*law remove"):
        in_use(place)


def test_it_lists_what_one_rulebook_says_otherwise_than_another(tmp_path: Path) -> None:
    old = read_rulebook(files(tmp_path / "a"))
    more = law([{"id": "br.own.tell"}, {"id": "br.own.again"}]).replace(
        "limit = { days = 3 }", "limit = { days = 2 }", 1
    )
    none = '[no_general_duty]\nstatement = "None."\nsources = ["act"]\nverified_on = 2026-11-22\nconfidence = "low"\n'
    other = HEAD.format(instrument="ar-own", jurisdiction="AR", zone="America/Argentina/Buenos_Aires", calendar="AR")
    new = read_rulebook(files(tmp_path / "b", br_own=more, ar_own=other + none))
    assert [(one.kind, one.subject) for one in law_changes(old, new)] == [
        ("researched", "AR"), ("added", "br.own.again"), ("altered", "br.own.tell"),
    ]  # fmt: skip
    assert [one.kind for one in law_changes(new, old)] == ["no longer covered", "removed", "altered"]
    assert not list(law_changes(old, old))


def test_it_tells_a_correction_from_a_change_of_law(tmp_path: Path) -> None:
    old, new = read_rulebook(files(tmp_path / "a")), read_rulebook(files(tmp_path / "b", br_own=CORRECTED))
    [change] = law_changes(old, new)
    assert (change.kind, change.what) == ("corrected", "version 2020-01-01: the deadline lies two days earlier")
    [found] = errata(new)
    assert (found.duty, found.correction.was) == ("br.own.tell", "within five days")
    page = "\n".join(errata_page(new))
    assert "## 2026-11-25: Brazil, Tell somebody" in page
    assert "superseded print" in page


def test_it_publishes_every_correction_of_the_library() -> None:
    page = Path(__file__).parents[2] / "docs" / "law" / "errata.md"
    told = "\n".join(errata_page(load_rulebook())).rstrip() + "\n"
    assert page.read_text("utf-8") == told, "run: python manage.py law errata > docs/law/errata.md"

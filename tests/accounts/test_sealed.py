"""Files at rest: sealed in pieces, under keys that change, and never lost on the way."""

import io
import tracemalloc
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.management import CommandError, call_command

from accounts.checks import check_file_keys, check_files_are_encrypted
from accounts.sealed.keys import UnknownKeyError, key_for_writing
from accounts.sealed.sealing import seal_all
from accounts.sealed.storage import SealedStorage
from accounts.sealed.stream import MARK, PIECE, TAG, SealError
from tests.conftest import FILE_KEY as OLD

NEW = f"2027:{b64encode(bytes(range(32, 64))).decode()}"


def on_disk(storage: SealedStorage, name: str) -> bytes:
    return Path(storage.path(name)).read_bytes()


def read(storage: SealedStorage, name: str) -> bytes:
    with storage.open(name) as file:
        return bytes(file.read())


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_it_gives_back_what_was_stored_and_shows_nothing_of_it_on_disk(sealed_files: SealedStorage, size: int) -> None:
    content = (b"name;passport\n" * (size // 14 + 1))[:size]
    name = sealed_files.save("a/b.csv", ContentFile(content))
    raw = on_disk(sealed_files, name)
    assert raw.startswith(MARK + b"\x042026")
    assert len(raw) == len(MARK) + 1 + 4 + 32 + size + TAG * max(1, -(-size // PIECE))
    assert size < 14 or b"passport" not in raw
    assert read(sealed_files, name) == content
    assert sealed_files.size(name) == size
    assert Path(sealed_files.path(name)).stat().st_mode & 0o777 == 0o600


def test_it_reads_from_any_place(sealed_files: SealedStorage) -> None:
    content = bytes(range(256)) * 1000
    name = sealed_files.save("a", ContentFile(content))
    with sealed_files.open(name) as file:
        for place in (200_000, 5, PIECE - 2, len(content) - 3, len(content) + 9):
            file.seek(place)
            assert file.read(10) == content[place : place + 10]
        file.seek(-4, io.SEEK_END)
        assert file.read() == content[-4:]


def test_it_stores_a_large_upload_in_flat_memory(sealed_files: SealedStorage) -> None:
    upload = TemporaryUploadedFile("big.bin", "application/octet-stream", 0, None)
    for _ in range(64):
        upload.write(b"\x07" * 262_144)
    upload.size = 64 * 262_144
    sealed_files.save("warm", ContentFile(b"x"))
    tracemalloc.start()
    name = sealed_files.save("big", upload)
    with sealed_files.open(name) as file:
        total = sum(len(block) for block in iter(lambda: file.read(262_144), b""))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == upload.size
    assert most < 3_000_000


def _flip(place: int) -> Callable[[bytes], bytes]:
    return lambda raw: raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


HEAD = len(MARK) + 1 + 4 + 32
SEALED = PIECE + TAG


@pytest.mark.parametrize(
    "harm",
    [
        _flip(HEAD - 1),
        _flip(HEAD + 5),
        _flip(-1 % (HEAD + SEALED)),
        lambda raw: raw[:-1],
        lambda raw: raw[: HEAD + SEALED],
        lambda raw: raw[: HEAD + TAG - 1],
        lambda raw: raw[:HEAD] + raw[HEAD + SEALED :][:SEALED] + raw[HEAD:][:SEALED] + raw[HEAD + 2 * SEALED :],
        lambda raw: raw + raw[-SEALED:],
        lambda raw: raw[: len(MARK) + 3],
    ],
    ids=["salt", "piece", "tag", "end", "pieces cut off", "nothing left", "pieces changed over", "repeated", "head"],
)
def test_it_does_not_open_what_was_changed_on_disk(sealed_files: SealedStorage, harm: Callable[[bytes], bytes]) -> None:
    name = sealed_files.save("a", ContentFile(b"v" * (2 * PIECE + 100)))
    Path(sealed_files.path(name)).write_bytes(harm(on_disk(sealed_files, name)))
    with pytest.raises(SealError):
        read(sealed_files, name)


def test_it_does_not_open_one_file_in_the_place_of_another(sealed_files: SealedStorage) -> None:
    one, other = sealed_files.save("one", ContentFile(b"1")), sealed_files.save("other", ContentFile(b"2"))
    Path(sealed_files.path(one)).write_bytes(on_disk(sealed_files, other))
    with pytest.raises(SealError):
        read(sealed_files, one)


def test_it_never_shows_half_a_file_nor_leaves_one(sealed_files: SealedStorage, tmp_path: Path) -> None:
    class Broken(File):  # type: ignore[type-arg]
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"first"
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        sealed_files.save("a", Broken(io.BytesIO(b"first")))
    assert list(tmp_path.rglob("*")) == []


def test_it_gives_a_second_file_of_a_name_another_name(sealed_files: SealedStorage) -> None:
    first, second = sealed_files.save("d/a.pdf", ContentFile(b"1")), sealed_files.save("d/a.pdf", ContentFile(b"2"))
    assert first != second
    assert (read(sealed_files, first), read(sealed_files, second)) == (b"1", b"2")


def test_it_keeps_a_plain_file_plain_without_a_key_and_mistakes_none_for_a_sealed_one(
    sealed_files: SealedStorage, settings: Any
) -> None:
    sealed = on_disk(sealed_files, sealed_files.save("a", ContentFile(b"x")))
    settings.FILE_KEYS = ""
    name = sealed_files.save("plain", ContentFile(b"as it is"))
    assert on_disk(sealed_files, name) == read(sealed_files, name) == b"as it is"
    assert sealed_files.key_of(name) is None
    name = sealed_files.save("evidence of sealed files", ContentFile(sealed))
    assert read(sealed_files, name) == sealed
    assert sealed_files.key_of(name) is None


def test_it_brings_every_file_under_the_newest_key(sealed_files: SealedStorage, settings: Any, capsys: Any) -> None:
    settings.FILE_KEYS = ""
    plain = sealed_files.save("e/plain", ContentFile(b"p" * PIECE))
    settings.FILE_KEYS = OLD
    old = sealed_files.save("e/old", ContentFile(b"o"))
    settings.FILE_KEYS = f"{NEW}\n{OLD}"
    new = sealed_files.save("new", ContentFile(b"n"))
    with pytest.raises(SystemExit):
        call_command("encrypt_files", check=True)
    assert capsys.readouterr().out == "1 plain\n1 under 2026\n1 under 2027\n"
    call_command("encrypt_files")
    assert capsys.readouterr().out == "2 encrypted now under 2027.\n3 under 2027\n"
    settings.FILE_KEYS = NEW
    assert [read(sealed_files, name) for name in (plain, old, new)] == [b"p" * PIECE, b"o", b"n"]
    call_command("encrypt_files", check=True)


def test_it_names_files_that_cannot_be_opened_and_leaves_them_as_they_are(
    sealed_files: SealedStorage, settings: Any, capsys: Any
) -> None:
    lost, good = sealed_files.save("lost", ContentFile(b"1")), sealed_files.save("zgood", ContentFile(b"2"))
    broken = sealed_files.save("broken", ContentFile(b"3"))
    Path(sealed_files.path(broken)).write_bytes(on_disk(sealed_files, broken)[:-1])
    before = on_disk(sealed_files, lost), on_disk(sealed_files, broken)
    settings.FILE_KEYS = NEW
    with pytest.raises(UnknownKeyError, match="the key '2026', which is not set"):
        read(sealed_files, lost)
    with pytest.raises(SystemExit):
        call_command("encrypt_files")
    assert "lost: sealed under the key '2026', which is not set" in capsys.readouterr().err
    settings.FILE_KEYS = f"{NEW} {OLD}"
    key = key_for_writing()
    assert key is not None
    assert list(seal_all(key, lambda name: None).faults) == ["broken"]
    assert on_disk(sealed_files, broken) == before[1]
    settings.FILE_KEYS = NEW
    assert (read(sealed_files, lost), read(sealed_files, good)) == (b"1", b"2")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("no-colon", "key 1: expected name:key"),
        ("sp/ace:AAAA", "key 1: expected name:key"),
        (f"{OLD} 2027:c2hvcnQ=", r"key 2 \(2027\): expected 32 bytes in base64"),
        ("2026:***", r"key 1 \(2026\): expected 32 bytes"),
        (f"{OLD},{OLD}", "key 2: the name '2026' stands there twice"),
    ],
)
def test_it_names_a_fault_in_the_keys_and_not_their_text(settings: Any, text: str, fault: str) -> None:
    settings.FILE_KEYS = text
    with pytest.raises(ImproperlyConfigured, match=fault) as caught:
        key_for_writing()
    assert text.partition(":")[2].split(" ")[0].split(",")[0][:20] not in str(caught.value) or ":" not in text
    assert [one.id for one in check_file_keys(None)] == ["accounts.E001"]


def test_it_warns_at_deployment_while_no_key_is_set(settings: Any) -> None:
    settings.FILE_KEYS = ""
    assert [one.id for one in check_files_are_encrypted(None)] == ["accounts.W001"]
    settings.FILE_KEYS = OLD
    assert check_files_are_encrypted(None) == check_file_keys(None) == []


def test_it_prints_a_new_key_and_says_how_to_when_there_is_none(settings: Any, capsys: Any) -> None:
    settings.FILE_KEYS = ""
    with pytest.raises(CommandError, match="encrypt_files --new-key 2026"):
        call_command("encrypt_files")
    call_command("encrypt_files", new_key="a-1")
    settings.FILE_KEYS = capsys.readouterr().out
    key = key_for_writing()
    assert key is not None
    assert (key.name, len(key.secret)) == ("a-1", 32)
    assert key.secret.hex() not in repr(key)
    with pytest.raises(CommandError, match="expected 1 to 32 letters"):
        call_command("encrypt_files", new_key="a b")

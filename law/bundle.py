"""A whole rulebook as one file, to be installed without new code and kept beside the assessments that name it.

A bundle is a tar archive, compressed with xz: `manifest.json`, the law files, and the files of this package that
belong to the law as well (places, taxonomies). The same files give the same bytes. Its digest is that of the
rulebook (`law.rulebook.digest_of`), so that what an assessment names can be found and proved.
"""

import io
import json
import lzma
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version as installed
from pathlib import PurePosixPath
from typing import Any

from law.rulebook import BESIDE, HERE, PARTS, PINNED, Rulebook, digest_of, read_rulebook

FORMAT = "tocsin.rulebook/1"
MANIFEST = "manifest.json"
# A bundle of the whole world has some 4 MB unpacked; what is far larger is not one.
LARGEST = 100_000_000


class BundleError(ValueError):
    """The file is no bundle, or not one that can be used here; the message says what to do."""


@dataclass(frozen=True)
class Bundle:
    """The content of a bundle. `digest` and `date`: what its manifest states; `packages`: versions it was made with.

    `beside`: places and taxonomies as they were where it was made.
    """

    digest: str
    date: date
    packages: Mapping[str, str]
    files: Mapping[str, bytes]
    beside: Mapping[str, bytes]

    def rulebook(self) -> Rulebook:
        """Compiles it. Raises RulebookError with every fault of every file."""
        return read_rulebook(self.files)

    @property
    def foreign(self) -> tuple[str, ...]:
        """What decides along with the law files and is not the same here as where the bundle was made."""
        own = {name: (HERE / name).read_bytes() for name in BESIDE}
        names = [name for name in BESIDE if self.beside.get(name) != own[name]]
        here = {package: installed(package) for package in PINNED}
        return (
            *names,
            *(f"{package} {self.packages.get(package)} (here {here[package]})" for package in PINNED
              if self.packages.get(package) != here[package]),
        )  # fmt: skip


def pack(files: Mapping[str, bytes], day: date) -> bytes:
    """The bundle of these law files (as `law.rulebook.law_files` gives them). `day`: the day of the rulebook."""
    manifest = {
        "format": FORMAT,
        "digest": digest_of(files),
        "date": day.isoformat(),
        "packages": {package: installed(package) for package in PINNED},
    }
    content = {name: (HERE / name).read_bytes() for name in BESIDE}
    content[MANIFEST] = json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n"
    content.update(files)
    unpacked = io.BytesIO()
    with tarfile.open(fileobj=unpacked, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in sorted(content.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))
    return lzma.compress(unpacked.getvalue(), preset=4)


def unpack(data: bytes) -> Bundle:
    """Reads a bundle; nothing is written to disk. Raises BundleError for what is none."""
    try:
        content = _contents(lzma.LZMADecompressor(memlimit=512 * 2**20).decompress(data, max_length=LARGEST))
        manifest = json.loads(content.pop(MANIFEST, b"null"))
    except BundleError:
        raise
    except (lzma.LZMAError, tarfile.TarError, ValueError, EOFError) as error:
        raise BundleError(f"this is no rulebook bundle ({error}); expected a file that `law pack` wrote") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise BundleError(f"{MANIFEST}: format {found!r}; expected {FORMAT!r}: a bundle for this version of Tocsin")
    return _bundle(manifest, content)


def _bundle(manifest: dict[str, Any], content: dict[str, bytes]) -> Bundle:
    beside = {name: content.pop(name) for name in BESIDE if name in content}
    for name in content:
        if PurePosixPath(name).suffix != ".toml":
            raise BundleError(f"{name}: no law file; expected {' or '.join(f'{part}/NAME.toml' for part in PARTS)}")
    try:
        day = date.fromisoformat(str(manifest.get("date")))
    except ValueError:
        raise BundleError(f"{MANIFEST}: date {manifest.get('date')!r}; expected YYYY-MM-DD") from None
    packages = {str(name): str(value) for name, value in dict(manifest.get("packages") or {}).items()}
    return Bundle(str(manifest.get("digest")), day, packages, content, beside)


def _contents(unpacked: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(unpacked), mode="r:") as archive:
        for entry in archive:
            path = PurePosixPath(entry.name)
            if not entry.isfile() or path.is_absolute() or ".." in path.parts or len(path.parts) > 2:
                raise BundleError(f"{entry.name!r} does not belong in a rulebook bundle; make it anew with `law pack`")
            if len(path.parts) == 2 and path.parts[0] not in PARTS:
                raise BundleError(f"{entry.name!r}: expected files of {', '.join(PARTS)} only")
            file = archive.extractfile(entry)
            found[entry.name] = file.read() if file else b""
    return found

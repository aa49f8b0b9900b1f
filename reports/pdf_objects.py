"""A PDF written as a stream: objects go out as they are finished, and only their places are kept.

WeasyPrint lays out a whole document in memory, some 80 ms and 100 KB for each case of a register. Here a register
of any length is written in the same memory (eight bytes an object). ISO 32000-1; small objects are packed into
object streams (7.5.7), their places stand in a cross-reference stream (7.5.8).
"""

import zlib
from array import array
from collections.abc import Iterator

PACKED = 200
"""Objects in one object stream."""
LEVEL = 6


def text_string(text: str) -> str:
    """A text string as PDF writes it: UTF-16 with its mark, in hexadecimal digits."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


class PdfObjects:
    """The file so far. `taken()` hands on what is finished."""

    def __init__(self) -> None:
        self._out: list[bytes] = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
        self._at = len(self._out[0])
        # By object: its offset, or the object stream that holds it; and its index there, or -1.
        self._place = array("Q", [0])
        self._index = array("i", [-1])
        self._waiting: list[tuple[int, str]] = []

    def reserve(self) -> int:
        """The number of an object that is written later."""
        self._place.append(0)
        self._index.append(-1)
        return len(self._place) - 1

    def add(self, content: str, number: int | None = None) -> int:
        """A small object (anything but a stream). Returns its number."""
        number = self.reserve() if number is None else number
        self._waiting.append((number, content))
        if len(self._waiting) == PACKED:
            self._pack()
        return number

    def stream(self, content: bytes, about: str = "", number: int | None = None) -> int:
        """A stream, compressed. `about`: further entries of its dictionary."""
        number = self.reserve() if number is None else number
        packed = zlib.compress(content, LEVEL)
        head = f"<</Length {len(packed)}/Filter/FlateDecode{about}>>"
        self._write_object(number, f"{head}\nstream\n".encode() + packed + b"\nendstream")
        return number

    def plain_stream(self, content: bytes, about: str) -> int:
        """A stream that every reader must be able to read as it is: the metadata."""
        number = self.reserve()
        self._write_object(number, f"<</Length {len(content)}{about}>>\nstream\n".encode() + content + b"\nendstream")
        return number

    def finish(self, root: int, identifier: bytes) -> None:
        """Writes the places of all objects and the end of the file."""
        self._pack()
        number, start = self.reserve(), self._at
        self._place[number] = start
        wide = max(4, (start.bit_length() + 7) // 8)
        rows = bytearray((0).to_bytes(1, "big") + bytes(wide) + (65_535).to_bytes(2, "big"))
        for place, index in zip(self._place[1:], self._index[1:], strict=True):
            rows += (1 if index < 0 else 2).to_bytes(1, "big") + place.to_bytes(wide, "big")
            rows += max(index, 0).to_bytes(2, "big")
        packed = zlib.compress(bytes(rows), LEVEL)
        head = (
            f"<</Type/XRef/Size {len(self._place)}/W[1 {wide} 2]/Root {root} 0 R"
            f"/ID[<{identifier.decode()}><{identifier.decode()}>]/Length {len(packed)}/Filter/FlateDecode>>"
        )
        body = f"{head}\nstream\n".encode() + packed + b"\nendstream"
        self._write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
        self._write(f"startxref\n{start}\n%%EOF\n".encode())

    def taken(self) -> Iterator[bytes]:
        """What was written since the last time."""
        held, self._out = self._out, []
        if held:
            yield b"".join(held)

    def _pack(self) -> None:
        if not self._waiting:
            return
        number, heads, at = self.reserve(), [], 0
        for index, (one, content) in enumerate(self._waiting):
            heads.append(f"{one} {at}")
            at += len(content.encode()) + 1
            self._place[one], self._index[one] = number, index
        head = " ".join(heads) + " "
        body = "\n".join(content for _, content in self._waiting)
        about = f"/Type/ObjStm/N {len(self._waiting)}/First {len(head)}"
        self._waiting = []
        self.stream((head + body).encode(), about, number)

    def _write_object(self, number: int, body: bytes) -> None:
        self._place[number] = self._at
        self._write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")

    def _write(self, piece: bytes) -> None:
        self._out.append(piece)
        self._at += len(piece)

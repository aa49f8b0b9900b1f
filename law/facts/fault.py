"""A fault of a facts document, as every reader of it is told."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where (`/affected/0/count/n`), what stands there, what was expected."""

    path: str
    value: Any
    expected: str

    def __str__(self) -> str:
        shown = json.dumps(self.value, ensure_ascii=False, default=str)
        if len(shown) > 80:
            shown = shown[:77] + "..."
        return f"{self.path or '/'}: {shown}: expected {self.expected}"

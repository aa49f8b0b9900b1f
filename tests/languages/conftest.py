"""The catalogues, compiled: the set-up makes the .mo files, a bare run of pytest may not have."""

import pytest

from tools import messages


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    messages.compile_stale()

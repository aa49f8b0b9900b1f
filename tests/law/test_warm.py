"""What a process is made ready with before it answers cases."""

import gc
from collections.abc import Iterator

import pytest

from law.rulebook import load_rulebook
from law.warm import YOUNG, settle


@pytest.fixture
def thresholds() -> Iterator[None]:
    """The collector's thresholds belong to the whole process: given back afterwards."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("thresholds")
def test_it_writes_every_condition_out_and_calls_the_collector_seldom() -> None:
    versions = [version for duty in load_rulebook().duties.values() for version in duty.versions]
    for version in versions[::50]:
        version.written = None  # other tests have asked them
    settle()
    assert all(version.written is not None for version in versions)
    assert gc.get_threshold()[0] == YOUNG

"""The broker on disk: messages are whole or not there, and a broken one ends nobody."""

from pathlib import Path
from queue import Empty
from uuid import uuid4

import pytest
from kombu import Connection

from config.celery import app

assert app  # names the transport


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def name() -> str:
    """A queue of its own: kombu remembers in the process which queues were bound."""
    return f"work-{uuid4().hex}"


@pytest.fixture
def connection(folder: Path) -> Connection:
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control")}
    (folder / "control").mkdir()
    return Connection("filesystem://", transport_options=options)


def test_it_takes_out_what_was_put_in_and_leaves_nothing_behind(
    connection: Connection, folder: Path, name: str
) -> None:
    queue = connection.SimpleQueue(name)
    queue.put({"n": 1})
    assert len(list(folder.glob(f"*.{name}.msg"))) == 1
    assert queue.get(timeout=1).payload == {"n": 1}
    assert list(folder.glob("*.msg")) == []
    queue.close()


@pytest.mark.parametrize("content", ["", '{"body": "'])
def test_it_drops_a_message_that_was_never_finished(
    connection: Connection, folder: Path, name: str, content: str
) -> None:
    queue = connection.SimpleQueue(name)
    (folder / f"1_broken.{name}.msg").write_text(content)
    queue.put({"n": 2})
    assert queue.get(timeout=1).payload == {"n": 2}
    with pytest.raises(Empty):
        queue.get(timeout=0.01)
    queue.close()


def test_it_does_not_see_a_message_that_is_still_being_written(connection: Connection, folder: Path, name: str) -> None:
    queue = connection.SimpleQueue(name)
    (folder / f".1_half.{name}.msg").write_text("")
    with pytest.raises(Empty):
        queue.get(timeout=0.01)
    assert (folder / f".1_half.{name}.msg").exists()
    queue.close()

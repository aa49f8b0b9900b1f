"""What lies in the folder already: stale files, other versions, remains of a `git clean`."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from config.embedded_postgres import EmbeddedPostgresError, postmaster
from config.embedded_postgres.options import Options
from config.embedded_postgres.places import MARKER, SOCKET_NAME, left_behind, locate, remove
from tests.embedded.people import Account, Town, gone, runs, sleeper, until

pytestmark = pytest.mark.processes

CREATE = "CREATE TABLE kept AS SELECT 7 AS number"


def crash(town: Town, options: Options) -> None:
    """Leave a data directory with the files of a server that was killed with all that belonged to it."""
    person = town.person(options)
    pid = person.use()
    person.sql(CREATE, "CHECKPOINT")
    assert postmaster.memory_in_use(town.places(options).data)
    os.kill(pid, signal.SIGKILL)
    person.kill()
    places = town.places(options)
    assert until(lambda: not postmaster.memory_in_use(places.data))
    assert (places.data / "postmaster.pid").exists()


def rewrite(path: Path, pid: int) -> None:
    lines = path.read_text().splitlines()
    path.write_text("\n".join([str(pid), *lines[1:]]) + "\n")


def test_it_starts_over_a_stale_pid_file_of_a_dead_process(town: Town) -> None:
    options = town.seeded()
    crash(town, options)
    rewrite(town.places(options).data / "postmaster.pid", 4_194_301)
    person = town.person(options)
    person.use()
    assert person.sql("SELECT number FROM kept") == 7


def test_it_starts_over_a_stale_pid_file_of_another_live_program_and_leaves_that_alone(each_town: Town) -> None:
    options = each_town.seeded()
    crash(each_town, options)
    places = each_town.places(options)
    with sleeper(places.account or each_town.account.entry) as other:
        rewrite(places.data / "postmaster.pid", other)
        lock = next(path for path in each_town.root.rglob(SOCKET_NAME + ".lock"))
        rewrite(lock, other)
        person = each_town.person(options)
        person.use()
        assert person.sql("SELECT number FROM kept") == 7
        assert runs(other)


def test_it_starts_over_a_stale_pid_file_of_another_server_and_leaves_that_alone(town: Town) -> None:
    other = town.person(town.seeded("other"))
    other_pid = other.use()
    options = town.seeded()
    crash(town, options)
    rewrite(town.places(options).data / "postmaster.pid", other_pid)
    assert town.person(options).use() != other_pid
    assert other.sql("SELECT 1") == 1


def test_it_starts_afresh_after_git_clean_under_a_running_server(each_town: Town) -> None:
    options = each_town.seeded()
    alice = each_town.person(options)
    pid = alice.use()
    alice.sql(CREATE)
    subprocess.run(["git", "init", "--quiet", options.var.parent], check=True)
    clean = ["git", "-c", "safe.directory=*", "-C", options.var.parent, "clean", "-xdfq"]
    subprocess.run(clean, check=True)
    assert not options.var.exists()
    bob = each_town.person(options)
    after = bob.use()
    assert after != pid
    assert bob.sql("SELECT to_regclass('kept')") is None
    assert alice.use() == after, "who was there before moves to the new one"
    assert gone(pid)


def test_it_sees_a_git_clean_where_the_socket_lies_elsewhere(town: Town, ordinary_accounts: list[Account]) -> None:
    """The socket in /tmp outlives the data: the server behind it must not be taken for the new one."""
    town.account = ordinary_accounts[0]
    options = town.seeded("/".join(["long-folder-name"] * 9))
    alice = town.person(options)
    pid = alice.use()
    alice.sql(CREATE)
    shutil.rmtree(options.var)
    bob = town.person(options)
    assert bob.use() != pid
    assert bob.sql("SELECT to_regclass('kept')") is None
    assert gone(pid)


@pytest.mark.usefixtures("root")
def test_it_keeps_the_data_of_root_after_git_clean_until_they_are_pruned(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    options = town.options()
    real = Options(options.var, options.home)
    earlier = locate(real).base
    town.seeds.plant(locate(real), town.account)
    (options.var / MARKER).unlink()
    later = locate(real).base
    assert later != earlier
    assert str(earlier) in caplog.text
    assert left_behind(town.home) == [earlier]
    assert remove(earlier)
    assert not earlier.exists()
    assert left_behind(town.home) == []


@pytest.mark.usefixtures("root")
def test_it_removes_the_data_of_roots_test_runs_after_git_clean(town: Town) -> None:
    options = town.seeded()
    base = town.places(options).base
    shutil.rmtree(options.var)
    assert town.places(options).base != base
    assert not base.exists()


def test_it_gives_a_copied_checkout_a_database_of_its_own(each_town: Town) -> None:
    options = each_town.seeded()
    alice = each_town.person(options)
    pid = alice.use()
    subprocess.run(["cp", "-a", options.var.parent, each_town.root / "copy"], check=True)
    bob = each_town.person(each_town.options("copy"))
    assert bob.use() != pid
    bob.sql(CREATE)
    assert alice.sql("SELECT to_regclass('kept')") is None


def test_it_stays_with_a_moved_checkout(each_town: Town) -> None:
    options = each_town.seeded(linger=30)
    alice = each_town.person(options)
    pid = alice.use()
    # As it is for people's data: a server whose folder has moved cannot end in order, for it opens some of its
    # files by their whole path.
    alice.sql("SET synchronous_commit = on", CREATE)
    options.var.parent.rename(each_town.root / "moved")
    bob = each_town.person(each_town.options("moved"))
    after = bob.use()
    assert bob.sql("SELECT number FROM kept") == 7
    assert after == pid or gone(pid)


def test_it_refuses_data_of_another_major_version_with_the_mend(town: Town) -> None:
    options = town.seeded()
    data = town.places(options).data
    (data / "PG_VERSION").write_text("16\n")
    person = town.person(options)
    person.begin("use")
    fault = person.fault()
    for words in (str(data), "PostgreSQL 16", "PostgreSQL 18", "pg_dumpall", "mv "):
        assert words in fault


def test_it_does_not_take_an_interrupted_initdb_for_a_database(town: Town) -> None:
    options = town.seeded()
    places = town.places(options)
    places.data.rename(places.base / "data.unfinished")
    (places.base / "data.unfinished" / "global" / "pg_control").unlink()
    person = town.person(options)
    person.use()
    assert person.sql("SELECT 1") == 1


def test_it_touches_no_folder_that_is_not_a_database(town: Town) -> None:
    options = town.options()
    data = town.places(options).data
    data.mkdir(parents=True)
    (data / "thesis.txt").write_text("years of work")
    person = town.person(options)
    person.begin("use")
    fault = person.fault()
    assert str(data) in fault
    assert "mv " in fault
    assert (data / "thesis.txt").exists()


@pytest.mark.usefixtures("root")
def test_it_refuses_an_account_that_cannot_run_the_server_with_the_mend(town: Town) -> None:
    options = town.options()
    for name in ("root", "no-such-account"):
        with pytest.raises(EmbeddedPostgresError, match="TOCSIN_EMBEDDED_USER"):
            locate(Options(options.var, options.home, account=name))


@pytest.mark.usefixtures("root")
def test_it_names_a_key_that_cannot_be_read(town: Town) -> None:
    options = town.options()
    options.var.mkdir()
    (options.var / MARKER).write_text("../../etc")
    with pytest.raises(EmbeddedPostgresError, match=r"\.\./\.\./etc"):
        locate(options)


def test_it_shows_what_a_server_that_does_not_start_says(town: Town) -> None:
    options = town.seeded()
    (town.places(options).data / "postgresql.conf").write_text("shared_buffers = much\n")
    person = town.person(options)
    person.begin("use")
    fault = person.fault()
    assert "shared_buffers" in fault
    assert "DATABASE_URL" in fault

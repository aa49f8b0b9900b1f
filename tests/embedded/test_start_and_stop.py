import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from config.embedded_postgres import server
from config.embedded_postgres.places import SOCKET_LIMIT, SOCKET_NAME
from tests.embedded.people import Account, Person, Town, gone, keeper_of, runs, until

pytestmark = pytest.mark.processes

CREATE = "CREATE TABLE kept AS SELECT 7 AS number"


def test_it_makes_a_database_starts_it_and_the_last_one_out_stops_it(each_town: Town) -> None:
    options = each_town.options()
    alice, bob = each_town.person(options), each_town.person(options)
    pid = alice.use()
    assert bob.use() == pid
    assert alice.sql("SHOW server_encoding") == "UTF8"
    assert alice.sql("SELECT datlocale FROM pg_database WHERE datname = 'template1'") == "C.UTF-8"
    assert alice.sql("SHOW listen_addresses") == ""
    alice.leave()
    assert bob.sql("SELECT 1") == 1
    bob.leave()
    assert gone(pid)
    assert until(lambda: keeper_of(each_town.places(options)) is None)


def test_it_waits_a_moment_for_the_next_user(town: Town) -> None:
    options = town.seeded(linger=30)
    alice = town.person(options)
    pid = alice.use()
    alice.leave()
    assert town.person(options).use() == pid


def test_it_costs_no_time_when_the_server_is_up(town: Town) -> None:
    options = town.seeded()
    town.person(options).use()
    server.ensure(options)
    costs = []
    for _ in range(20):
        before = time.perf_counter()
        server.ensure(options)
        costs.append(time.perf_counter() - before)
    server.locks.leave()
    assert min(costs) < 0.01


def test_it_gives_three_processes_at_once_one_server(each_town: Town) -> None:
    options = each_town.options()
    people = [each_town.person(options) for _ in range(3)]
    for person in people:
        person.begin("use")
    assert len({person.answer() for person in people}) == 1


def test_it_gives_two_clones_at_once_a_server_each(town: Town) -> None:
    alice = town.person(town.seeded("one"))
    bob = town.person(town.seeded("two"))
    alice.begin("use")
    bob.begin("use")
    assert alice.answer() != bob.answer()
    alice.sql(CREATE)
    assert bob.sql("SELECT to_regclass('kept')") is None


def test_it_gives_two_accounts_at_once_a_server_each(town: Town, ordinary_accounts: list[Account]) -> None:
    people = [town.person(town.options("roots"))]
    for number, account in enumerate(ordinary_accounts):
        people.append(town.person(town.options(f"account-{number}", account=account), account))
    for person in people:
        person.begin("use")
    assert len({person.answer() for person in people}) == 3


def test_it_refuses_the_data_of_another_account_with_the_mend(town: Town, ordinary_accounts: list[Account]) -> None:
    first, second = ordinary_accounts
    options = town.options(account=first)
    town.person(options, first).use()
    person = town.person(options, second)
    person.begin("use")
    fault = person.fault()
    assert str(options.var / "postgres-nosync") in fault
    assert "TOCSIN_VAR" in fault


@pytest.mark.parametrize("name", ["a path with spaces", 'it\'s $HOME "quoted", `été` ; 100%s'])
def test_it_works_in_a_path_with_spaces_and_other_characters(town: Town, name: str) -> None:
    options = town.seeded(name)
    person = town.person(options)
    person.use()
    assert person.sql("SHOW data_directory") == str(town.places(options).data)


def test_it_works_in_a_path_longer_than_a_sockets_may_be(each_town: Town) -> None:
    options = each_town.seeded("/".join(["long-folder-name"] * 9))
    places = each_town.places(options)
    person = each_town.person(options)
    pid = person.use()
    assert len(str(options.var)) > 107
    socket_dir = person.ask("socket_dir")
    assert len(str(socket_dir / SOCKET_NAME)) <= SOCKET_LIMIT
    assert socket_dir.stat().st_mode & 0o777 == 0o700
    person.leave()
    assert gone(pid)
    if not socket_dir.is_relative_to(places.base):
        assert until(lambda: not socket_dir.exists())


def test_it_refuses_a_socket_folder_of_somebody_else(town: Town, ordinary_accounts: list[Account]) -> None:
    town.account = ordinary_accounts[0]
    options = town.seeded("/".join(["long-folder-name"] * 9))
    person = town.person(options)
    folder = person.ask("socket_dir")
    folder.mkdir()
    try:
        person.begin("use")
        fault = person.fault()
    finally:
        folder.rmdir()
    assert str(folder) in fault
    assert "remove it" in fault


@pytest.mark.usefixtures("root")
def test_it_works_for_root_below_a_folder_closed_to_others(town: Town) -> None:
    options = town.options("closed/checkout")
    (town.root / "closed").chmod(0o700)
    person = town.person(options)
    pid = person.use()
    assert Path(f"/proc/{pid}").owner() == options.account
    assert (town.root / "closed").stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("root")
def test_it_works_for_root_with_a_strict_umask(town: Town) -> None:
    person = town.person(town.options())
    person.ask("umask", 0o077)
    person.use()


def test_it_outlives_a_killed_starter_and_still_ends_with_the_last_user(town: Town) -> None:
    options = town.seeded()
    alice, bob = town.person(options), town.person(options)
    pid = alice.use()
    bob.use()
    alice.kill()
    assert bob.use() == pid
    assert bob.sql("SELECT 1") == 1
    bob.kill()
    assert gone(pid)


def test_it_comes_back_after_kill_9_of_the_postmaster_with_all_that_was_committed(each_town: Town) -> None:
    options = each_town.seeded()
    people = [each_town.person(options) for _ in range(3)]
    pid = people[0].use()
    for person in people[1:]:
        assert person.use() == pid
    people[0].sql(CREATE, "CHECKPOINT")
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    for person in people:
        person.begin("use")
    after = {person.answer() for person in people}
    assert len(after) == 1
    assert after != {pid}
    assert people[2].sql("SELECT number FROM kept") == 7


def test_it_comes_back_after_kill_9_of_postmaster_and_keeper(town: Town) -> None:
    options = town.seeded()
    person = town.person(options)
    pid = person.use()
    keeper = keeper_of(town.places(options))
    assert keeper
    os.kill(keeper, signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    assert person.use() != pid
    assert person.sql("SELECT 1") == 1


def test_it_gives_a_server_whose_keeper_was_killed_a_new_one(town: Town) -> None:
    options = town.seeded()
    person = town.person(options)
    pid = person.use()
    first = keeper_of(town.places(options))
    assert first
    os.kill(first, signal.SIGKILL)
    assert gone(first)
    assert person.use() == pid
    second = keeper_of(town.places(options))
    assert second not in (None, first)
    person.leave()
    assert gone(pid)


def test_it_starts_a_server_without_a_socket_again(town: Town) -> None:
    options = town.seeded()
    person = town.person(options)
    pid = person.use()
    (town.places(options).socket_dir / SOCKET_NAME).unlink()
    assert person.use() != pid
    assert person.sql("SELECT 1") == 1
    assert gone(pid)


def test_it_counts_a_forked_child_as_a_user(town: Town) -> None:
    options = town.seeded()
    person = town.person(options)
    pid = person.use()
    child = person.ask("fork")
    person.kill()
    time.sleep(0.6)
    assert runs(pid)
    os.kill(child, signal.SIGKILL)
    assert gone(pid)


def test_it_stops_under_its_users_and_starts_at_the_next_connection(town: Town) -> None:
    options = town.seeded()
    alice, bob = town.person(options), town.person(options)
    pid = alice.use()
    assert bob.ask("stop") is True
    assert gone(pid)  # its socket and pid file go first, the process itself a moment later
    assert alice.use() != pid


def test_it_keeps_the_settings_of_a_test_run_from_the_real_data(town: Town) -> None:
    thrown_away = town.seeded()
    real = Person(server.Options(thrown_away.var, thrown_away.home, linger=0), town.account)
    town.people.append(real)
    tests = town.person(thrown_away)
    real.begin("use")
    tests.begin("use")
    assert real.answer() != tests.answer()
    assert real.sql("SHOW fsync") == real.sql("SHOW full_page_writes") == "on"
    assert tests.sql("SHOW fsync") == "off"


def test_it_ends_a_server_whose_folder_was_removed(town: Town) -> None:
    options = town.seeded(linger=60)
    person = town.person(options)
    pid = person.use()
    shutil.rmtree(town.places(options).base)
    assert gone(pid)


def test_it_does_not_hold_on_to_what_its_starter_had_open(town: Town) -> None:
    """Else a program that reads the output of `manage.py` would wait for the server's end."""
    options = town.seeded(linger=30)
    code = (
        "from pathlib import Path\n"
        "from config.embedded_postgres.options import Options\n"
        "from config.embedded_postgres import server\n"
        f"server.ensure(Options(Path({str(options.var)!r}), Path({str(options.home)!r}), fsync=False, linger=30))\n"
    )
    before = time.monotonic()
    subprocess.run([Account().python, "-c", code], capture_output=True, check=True, timeout=20)
    assert time.monotonic() - before < 15

"""Who runs the tests decides what they can show: root shows both kinds of account, others only their own."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded_postgres import binaries
from tests.embedded.people import Account, Seeds, Town, open_folder_for_all


@pytest.fixture(scope="session")
def workshop() -> Iterator[Path]:
    """A folder that every account can enter."""
    folder = open_folder_for_all()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def seeds(workshop: Path) -> Seeds:
    return Seeds(workshop)


@pytest.fixture(scope="session")
def ordinary_accounts(workshop: Path) -> list[Account]:
    """Two accounts without rights, when root runs the tests: one can only become another as root."""
    if os.geteuid() != 0:
        pytest.skip("not root: that a second account gets along was not exercised")
    programs = binaries.readable_copy(workshop)
    accounts = []
    for name in ("nobody", "daemon"):
        entry = pwd.getpwnam(name)
        accounts.append(Account(entry, python_for(entry), programs))
    return accounts


def python_for(entry: pwd.struct_passwd) -> str:
    """A Python that the account may execute, for the keeper: any with a standard library will do."""
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        try:
            done = subprocess.run(
                [python, "-I", "-S", "-c", "import os; os.pidfd_open"],
                user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], cwd="/", capture_output=True, check=False,
            )  # fmt: skip
        except OSError:
            continue
        if done.returncode == 0:
            return python
    pytest.skip(f"no Python that the account {entry.pw_name} may execute: ordinary accounts were not exercised")


@pytest.fixture
def root() -> None:
    if os.geteuid() != 0:
        pytest.skip("not root: the server of a root user was not exercised")


@pytest.fixture
def town(seeds: Seeds) -> Iterator[Town]:
    """Installations of whoever runs the tests."""
    town = Town(Account(), seeds)
    yield town
    town.close()


@pytest.fixture(params=["own", "ordinary"] if os.geteuid() == 0 else ["own"])
def each_town(request: pytest.FixtureRequest, seeds: Seeds) -> Iterator[Town]:
    """Twice when root runs the tests: once as root, once as an ordinary account."""
    account = Account()
    if request.param == "ordinary":
        account = request.getfixturevalue("ordinary_accounts")[0]
    town = Town(account, seeds)
    yield town
    town.close()

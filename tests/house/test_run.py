"""`make run` and the settings of one machine."""

import re
import socket
import stat
import threading

import pytest

from tools import local, run
from tools.run import RunError


@pytest.fixture
def ports(monkeypatch):
    """Two neighbouring free ports as the whole range, and the sockets that a test opens on them."""
    for _ in range(50):
        with socket.socket() as probe, socket.socket() as next_one:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1]
            try:
                next_one.bind(("127.0.0.1", first + 1))
            except OSError:
                continue
        monkeypatch.setattr(run, "FIRST_PORT", first)
        monkeypatch.setattr(run, "LAST_PORT", first + 1)
        return first
    raise AssertionError("no two neighbouring ports are free")


@pytest.fixture
def folder(tmp_path):
    return {"TOCSIN_VAR": str(tmp_path / "var"), "PATH": "/usr/bin"}


def test_it_takes_the_first_free_port(ports):
    with run.listen("127.0.0.1") as first, run.listen("127.0.0.1") as second:
        assert first.getsockname() == ("127.0.0.1", ports)
        assert second.getsockname() == ("127.0.0.1", ports + 1)
        with pytest.raises(RunError, match=rf"No port from {ports} to {ports + 1} is free.*PORT="):
            run.listen("127.0.0.1")


def test_it_listens_already_when_it_names_the_port(ports):
    with run.listen("127.0.0.1") as server, socket.create_connection(server.getsockname(), timeout=5):
        pass


def test_it_refuses_a_named_port_that_is_taken(ports):
    with run.listen("127.0.0.1"), pytest.raises(RunError, match=f"port {ports}: Address already in use"):
        run.listen("127.0.0.1", str(ports))


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "８０"])
def test_it_names_a_port_that_is_none(port):
    with pytest.raises(RunError, match=r"PORT=.*whole number from 1 to 65535"):
        run.listen("127.0.0.1", port)


def test_it_names_a_host_that_is_none():
    with pytest.raises(RunError, match="HOST='no such host'"):
        run.listen("no such host")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.7", False),
        ("tocsin.example.org", False),
    ],
)
def test_it_knows_which_addresses_stay_on_this_machine(host, loopback):
    assert run.is_loopback(host) == loopback


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("::", "http://[::1]:8000"),
        ("192.0.2.7", "http://192.0.2.7:8000"),
    ],
)
def test_it_shows_an_address_that_a_browser_here_can_open(host, address):
    assert run.url(host, 8000) == address


def test_it_tells_the_processes_where_they_listen(folder):
    environment = run.run_environment(folder, "127.0.0.1", 8001)
    assert environment["TOCSIN_LISTEN"] == "127.0.0.1"
    assert environment["TOCSIN_URL"] == "http://127.0.0.1:8001"
    assert environment["DEBUG"] == "1"
    assert "ALLOWED_HOSTS" not in environment


def test_it_does_not_believe_an_inherited_listen_address(folder):
    environment = run.run_environment({**folder, "TOCSIN_LISTEN": "127.0.0.1"}, "0.0.0.0", 8000)
    assert environment["TOCSIN_LISTEN"] == "0.0.0.0"


def test_it_answers_to_few_names_when_others_can_reach_it(folder):
    environment = run.run_environment(folder, "192.0.2.7", 8000)
    assert environment["ALLOWED_HOSTS"].split(",") == ["127.0.0.1", "localhost", socket.gethostname(), "192.0.2.7"]
    named = run.run_environment({**folder, "ALLOWED_HOSTS": "tocsin.example.org"}, "0.0.0.0", 8000)
    assert named["ALLOWED_HOSTS"] == "tocsin.example.org"


def test_it_leaves_alone_what_the_environment_names(folder):
    environment = local.local_environment({**folder, "DEBUG": "0", "SECRET_KEY": "mine"})
    assert environment["DEBUG"] == "0"
    assert environment["SECRET_KEY"] == "mine"


def test_it_makes_the_secret_key_once_and_for_its_owner_only(folder, tmp_path):
    first = local.local_environment(folder)["SECRET_KEY"]
    assert len(first) >= 50
    assert local.local_environment(folder)["SECRET_KEY"] == first
    mode = (tmp_path / "var" / "secret_key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["file_keys", "secret_key"]


def test_it_makes_one_key_for_stored_files_unless_the_environment_names_one(folder, tmp_path):
    first = local.local_environment(folder)["TOCSIN_FILE_KEYS"]
    assert re.fullmatch(r"local:[A-Za-z0-9+/]{43}=", first)
    assert local.local_environment(folder)["TOCSIN_FILE_KEYS"] == first
    assert stat.S_IMODE((tmp_path / "var" / "file_keys").stat().st_mode) == 0o600
    named = local.local_environment({**folder, "TOCSIN_FILE_KEYS_FILE": "/run/secrets/keys"})
    assert "TOCSIN_FILE_KEYS" not in named


def test_it_agrees_on_one_secret_key_when_two_start_at_once(tmp_path, monkeypatch):
    path = tmp_path / "secret_key"
    path_exists = type(path).exists
    monkeypatch.setattr(type(path), "exists", lambda self, **_: False if self == path else path_exists(self))
    assert local.secret_key(path) == local.secret_key(path)


def test_it_starts_a_web_server_on_the_open_socket_a_worker_and_one_beat():
    with socket.socket() as server:
        services = run.services("python", server)
        assert [service.name for service in services] == ["web", "worker", "beat"]
        assert services[0].pass_fds == (server.fileno(),)
        assert f"fd://{server.fileno()}" in services[0].command
        assert all(service.pass_fds == () for service in services[1:])


def test_it_says_what_a_person_needs_to_know(folder):
    environment = run.run_environment(folder, "127.0.0.1", 8000)
    link = "http://127.0.0.1:8000/setup/abc/"
    text = run.banner(environment, "http://127.0.0.1:8000", "alice@example.org  secret\n", "/data/postgres", link)
    assert f"            {link}\n" in text
    assert "http://127.0.0.1:8000/" in text
    assert "alice@example.org  secret" in text
    assert f"Data      {folder['TOCSIN_VAR']}" in text
    assert "for this one machine only, in /data/postgres" in text
    assert "none leaves this machine" in text
    assert "Ctrl-C" in text


def test_it_shows_no_logins_and_a_caution_when_others_can_reach_it(folder):
    environment = run.run_environment(folder, "0.0.0.0", 8000)
    text = run.banner(environment, "http://127.0.0.1:8000", "alice@example.org  secret\n", "/data/postgres")
    assert "alice@example.org" not in text
    assert "Set up" not in text
    assert "listens on 0.0.0.0" in text
    assert "Demonstration logins do not work" in text


@pytest.mark.parametrize("name", ["EMAIL_HOST", "EMAIL_BACKEND"])
def test_it_does_not_promise_that_mail_stays_when_a_mail_server_is_named(folder, name):
    environment = run.run_environment({**folder, name: "mail.example.org"}, "127.0.0.1", 8000)
    text = run.banner(environment, "http://127.0.0.1:8000", "", "")
    assert "none leaves" not in text
    assert "the one that DATABASE_URL names" in text


def test_it_waits_until_the_web_server_answers(ports):
    with run.listen("127.0.0.1") as server:
        thread = threading.Thread(target=answer_once, args=(server,))
        thread.start()
        assert run.wait_until_it_answers(f"http://127.0.0.1:{ports}", lambda: True)
        thread.join(timeout=5)


def test_it_stops_waiting_when_the_services_fell(ports):
    assert not run.wait_until_it_answers(f"http://127.0.0.1:{ports}", lambda: False)


def answer_once(server: socket.socket) -> None:
    client, _ = server.accept()
    with client:
        client.recv(4096)
        client.sendall(b"HTTP/1.1 503 Starting\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

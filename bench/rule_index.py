"""The index of the rules, page and search, against reading the same duties once without showing them.

    python -m bench.rule_index [rounds]

The yardstick walks every duty of the library and looks for the words in its title and texts; ours filters, groups and
renders the page through Django's test client as an officer sees it. Processor time of this process, medians, warm.
"""

import statistics
import sys
import time
from collections.abc import Callable

from bench.reassess import database

ROUNDS = 15


def _median(work: Callable[[], object], rounds: int) -> float:
    work()
    taken = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken) * 1000


def main() -> None:
    """Prints milliseconds of page and search, and of the yardstick."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with database():
        from django.test import Client

        from accounts.services import create_user, create_workspace
        from law.rulebook import load_rulebook

        user = create_user(email="bench@example.org", display_name="Bench", password="x" * 20)
        create_workspace(slug="bench", name="Bench", owner=user, language="en", time_zone="Europe/Paris")
        client = Client()
        client.force_login(user)
        duties = load_rulebook().duties.values()

        def plain() -> list[str]:
            words = ("notify", "authority", "72")
            texts = ((one.id, f"{one.rule.title} {one.rule.cite} {one.rule.version}".casefold()) for one in duties)
            return [name for name, text in texts if all(word in text for word in words)]

        page = _median(lambda: client.get("/w/bench/rules/"), rounds)
        search = _median(lambda: client.get("/w/bench/rules/?q=notify+authority+72"), rounds)
        walk = _median(plain, rounds)
        print(f"rules, {len(duties)} duties: page {page:.0f} ms, search {search:.0f} ms; walk {walk:.0f} ms")


if __name__ == "__main__":
    main()

"""Assessing one incident: outcomes and deadlines, and the whole answer, against plain Python without reasons.

    python -m bench.assess [rounds]

Four cases: one country, 35 jurisdictions, every place that the library knows, and the whole world as a region row
besides. Measured warm, in one process settled as the product's are, on one core: the parsed facts are given; `assess`
is ours; "reasons" adds the tree of reasons of every finding, what it hangs on, and the decisive questions; "published"
adds every word of the published JSON, the working of each clock and the risk by both methods. The yardstick
(bench/plain.py) answers outcomes and deadlines only, of the places that are listed, with unknown taken for no. Printed
are medians of processor time, so that other work on the machine does not count, and what an empty loop of a million
steps takes, to compare machines by.
"""

import gc
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from bench.plain import Answer, Facts, write
from law import places
from law.assess import assess
from law.facts import parse_facts
from law.findings import Assessment
from law.rulebook import load_rulebook
from law.warm import settle

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROUNDS = 41


def document(codes: list[str], world: bool = False) -> dict[str, Any]:
    """A theft of customer data from a French controller, with people in these places."""
    people: list[dict[str, Any]] = [
        {
            "id": f"g{index:03}", "country": places.country(code).code, "presence": "confirmed", "targeted": "yes",
            "count": {"kind": "exact", "n": 700 + index},
        }
        | ({"subdivision": code} if places.parent(code) else {})
        for index, code in enumerate(codes)
    ]  # fmt: skip
    if world:
        people.append({"id": "world", "region": "001", "presence": "suspected"})
    return {
        "schema": "tocsin.facts/1",
        "organisation": {"name": "Example", "country": "FR", "role": "controller", "kind": "business",
                         "establishments": ["FR", "JP"], "main_establishment_eu": "FR", "regimes": []},
        "nature": {"confidentiality": "yes"}, "exposure": {"acquisition": "confirmed"},
        "cause": {"type": "hacking_intrusion", "intent": "malicious"},
        "timeline": {"became_aware_at": "2026-11-16T10:20:00+01:00", "suspected_at": "2026-11-15T10:20:00+01:00"},
        "affected": people,
        "data": [{"category": name, "status": "confirmed", "protection": "none"}
                 for name in ("full_name", "email_address", "password", "payment_card_number")],
        "risk": {"by_test": {"rights_risk": "yes"}},
    }  # fmt: skip


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The median of some rounds, after some that do not count."""
    for _ in range(3):
        work()
    gc.collect()
    taken = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken) * 1000


def _with_reasons(answer: Assessment) -> None:
    """Reads the reasons of every finding, the facts on which it hangs, and the decisive questions."""
    for one in answer.findings:
        one.because  # noqa: B018 - made when it is read
        one.undetermined_on  # noqa: B018
    answer.questions  # noqa: B018


def _empty_loop() -> None:
    for _ in range(1_000_000):
        pass


def measure(codes: list[str], world: bool, rounds: int) -> dict[str, float]:
    """Findings, and the medians of ours, with reasons, as published, and of the yardstick."""
    rulebook = load_rulebook()
    raw = document(codes, world)
    facts = parse_facts(raw)
    plain, given = write(rulebook), Facts(raw)

    def by_hand() -> list[Answer]:
        out: list[Answer] = []
        for instrument, answer in plain.values():
            code = instrument.file.jurisdiction
            if code == "EU":
                for state in sorted(places.eea_members(AS_OF.date()) & given.groups.keys()):
                    answer(given, state, out)
            elif code in given.groups or code in given.established:
                answer(given, code, out)
        return out

    return {
        "findings": len(assess(rulebook, facts, AS_OF).findings),
        "by hand": milliseconds(by_hand, rounds),
        "ours": milliseconds(lambda: assess(rulebook, facts, AS_OF), rounds),
        "reasons": milliseconds(lambda: _with_reasons(assess(rulebook, facts, AS_OF)), max(5, rounds // 2)),
        "published": milliseconds(lambda: assess(rulebook, facts, AS_OF).to_json(), max(5, rounds // 4)),
    }


def main() -> None:
    """Prints the table."""
    settle()  # as every process of the product that answers cases
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    rulebook = load_rulebook()
    known = sorted(code for code in rulebook.by_jurisdiction if code != "EU")
    states = sorted(places.eea_members(AS_OF.date()))
    with_law = [code for code in known if any(one.duties for one in rulebook.by_jurisdiction[code])]
    cases = (
        ("one country", ["FR"], False),
        ("35 jurisdictions", [*with_law, *states][:35], False),
        (f"all {len(known) + len(states)} places of the library", [*known, *states], False),
        ("the whole world besides", [*known, *states], True),
    )
    versions = ", ".join(f"{name} {version(name)}" for name in ("pydantic", "holidays", "tzdata"))
    print(
        f"assess: {len(rulebook.duties)} duties; {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"
    )
    print(f"milliseconds, median; an empty loop of a million steps: {milliseconds(_empty_loop, 9):.0f}")
    print(f"{'':38}{'findings':>9}{'by hand':>9}{'ours':>9}{'ratio':>7}{'reasons':>10}{'published':>11}")
    for name, codes, world in cases:
        found = measure(codes, world, rounds)
        ratio = found["ours"] / found["by hand"]
        print(
            f"{name:38}{found['findings']:>9.0f}{found['by hand']:>9.2f}{found['ours']:>9.2f}{ratio:>7.1f}"
            f"{found['reasons']:>10.1f}{found['published']:>11.1f}"
        )


if __name__ == "__main__":
    main()

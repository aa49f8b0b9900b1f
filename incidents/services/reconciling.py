"""Catching up: parties whose newest assessment no longer says what the library would say today."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from incidents.models import Assessment, FactsRevision, Party, Phase
from incidents.services.assessing import AGE, assess_party
from law.facts import FactsError, parse_facts
from law.rulebook import Rulebook, load_rulebook

logger = logging.getLogger(__name__)


def reassess_stale(now: datetime | None = None, limit: int = 50) -> int:
    """Assesses open cases anew whose newest look is of another rulebook, of older facts, or old.

    One party is one transaction, claimed with SKIP LOCKED: safe to run twice at once and to repeat.
    A case that stands still (a drill, a case told again) does not move on by itself.
    Returns how many parties were assessed.
    """
    now = now or timezone.now()
    rulebook = load_rulebook()
    done = 0
    for pk in list(_stale(rulebook.digest, now).values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            party = (
                Party.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("incident__workspace")
                .filter(pk=pk)
                .first()
            )
            revision = FactsRevision.objects.filter(party_id=pk).order_by("-number").first()
            if party is None or revision is None:
                continue
            try:
                with transaction.atomic():
                    assess_party(
                        party,
                        revision,
                        parse_facts(revision.document),
                        _as_of(party, revision, now, rulebook),
                        rulebook,
                    )
            except FactsError:
                # Facts that an older library took (a claim of an exemption it no longer has).
                logger.exception("party %s: its facts cannot be assessed by rulebook %s", pk, rulebook.digest)
                continue
            done += 1
    return done


def _as_of(party: Party, revision: FactsRevision, now: datetime, rulebook: Rulebook) -> datetime:
    """Now; under another library the instant of the last look, so that every difference is the library's.

    That look is at most a day old, or the next turn takes the case up once more.
    """
    last = Assessment.objects.filter(party=party).order_by("-id").only("as_of", "rulebook", "revision").first()
    if last is None:
        return now
    if last.rulebook != rulebook.digest and last.revision_id == revision.pk:
        return last.as_of
    return max(party.incident.now(now), last.as_of)


def _stale(digest: str, now: datetime) -> QuerySet[Party]:
    newest = Assessment.objects.filter(party=OuterRef("pk")).order_by("-id")
    facts = FactsRevision.objects.filter(party=OuterRef("pk")).order_by("-number")
    return (
        Party.objects.exclude(incident__phase=Phase.CLOSED)
        .annotate(
            seen_rulebook=Subquery(newest.values("rulebook")[:1]),
            seen_revision=Subquery(newest.values("revision")[:1]),
            seen_as_of=Subquery(newest.values("as_of")[:1]),
            newest_revision=Subquery(facts.values("pk")[:1]),
        )
        .filter(newest_revision__isnull=False)
        .filter(
            Q(seen_rulebook__isnull=True)
            | ~Q(seen_rulebook=digest)
            | ~Q(seen_revision=F("newest_revision"))
            | Q(seen_as_of__lt=now - AGE, incident__stands_at__isnull=True)
        )
        .order_by("pk")
    )

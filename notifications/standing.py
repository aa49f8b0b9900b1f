"""What every page must say until it is mended: mail is not proved, or the scheduler has stopped."""

from datetime import datetime

from django.db.models import Exists, Subquery
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from outbox import health
from outbox.models import Heartbeat, MailProof


def standing_words(workspace: Workspace, user: User, now: datetime) -> list[str]:
    """The sentences, nothing where all is well. One query.

    Of a demonstration nothing may leave the machine: there the proof of mail says nothing.
    """
    proofs = MailProof.objects.filter(fingerprint=health.fingerprint(), confirmed_at__isnull=False)
    ticks = Heartbeat.objects.filter(name=health.TICK).values("at")
    found = User.objects.filter(pk=user.pk).values_list(Exists(proofs), Subquery(ticks)).first()
    proved, last = found or (False, None)
    words = []
    if health.is_stale(last, now):
        if last is None:
            words.append(_("The scheduler has not been seen yet: no reminder goes out."))
        else:
            minutes = int((now - last).total_seconds() // 60)
            words.append(_("The scheduler has not ticked for %(n)d minutes: no reminder goes out.") % {"n": minutes})
    if not proved and not workspace.is_demonstration:
        if health.mail_leaves():
            words.append(_("Nobody has confirmed yet that mail arrives: do not rely on reminders."))
        else:
            words.append(_("No mail server is named: reminders become files on this machine and reach nobody."))
    return words

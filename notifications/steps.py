"""The steps of a reminder in words for pages."""

from django.utils.translation import gettext as _

from notifications.models import Reminder
from notifications.reminder_plan import overdue_number


def step_words(reminder: Reminder) -> str:
    """What this step is: "half of the time", "24 h before", "after the deadline"."""
    if overdue_number(reminder.step) is not None:
        return _("After the deadline")
    return {
        "half": _("Half of the time has passed"),
        "three_quarters": _("Three quarters of the time have passed"),
        "24h": _("24 h before"),
        "8h": _("8 h before"),
        "2h": _("2 h before"),
        "30min": _("30 min before"),
        "at_once": _("At once, as earlier steps had passed"),
        "moved": _("At once, as the deadline moved"),
        "again": _("At once, as the duty is required again"),
        "ended": _("At once, as the deadline no longer runs"),
        "question": _("The question that decides possible duties"),
    }.get(reminder.step, reminder.step)

"""The first hour of an incident in a few lines: on the page after a report, and in the paper kit."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIRST_HOUR: tuple[tuple[str | Promise, str | Promise], ...] = (
    (
        _("Keep the logs."),
        _(
            "Copy them away from the system before they are overwritten; note who copied what and when."
            " Switch nothing off that would destroy them."
        ),
    ),
    (
        _("Stop the exposure."),
        _(
            "Close the access, withdraw keys and passwords, take the page down."
            " Write down the minute: it is a fact of the case."
        ),
    ),
    (
        _("Call, do not only write."),
        _(
            "The privacy officer, then the head of security, counsel, whoever speaks for the company, and the insurer"
            " if there is cover: many policies ask for word within hours."
        ),
    ),
    (
        _("Ask your service provider in writing."),
        _("What happened, since when, whose data, how many people, and until when they answer."),
    ),
    (
        _("What not to write down."),
        _(
            "No names or data of the people affected, no passwords, no guesses about guilt."
            " Write what you saw and when."
        ),
    ),
)

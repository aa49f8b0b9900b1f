"""What people and workspaces choose about reminders, as forms."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.places import towns_of_zones
from accounts.selectors import members_of
from notifications.choices import STRICTNESS, Choices, zone_name_of
from notifications.models import Level, ReminderPolicy, ReminderPreference
from notifications.words import zone_named
from outbox import webhook
from outbox.models import Endpoint

DAYS = (
    (1, _("Monday")), (2, _("Tuesday")), (3, _("Wednesday")), (4, _("Thursday")), (5, _("Friday")),
    (6, _("Saturday")), (7, _("Sunday")),
)  # fmt: skip


class Time(forms.TimeInput):
    """A time of day by the browser's own means."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class Day(forms.DateInput):
    """A day by the browser's own means."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PreferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """What one person chooses in one workspace, within its floor; and the person's language and zone."""

    language = forms.ChoiceField(label=_("Language of mails"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Your time zone"))

    class Meta:
        model = ReminderPreference
        fields = ("level", "digest", "discreet", "quiet_from", "quiet_until")
        labels = {  # noqa: RUF012 - as Django expects it
            "level": _("Steps before a deadline"),
            "digest": _("Send me a summary each morning"),
            "discreet": _("Discreet mails: neither law, country, authority nor title"),
            "quiet_from": _("Quiet hours from"),
            "quiet_until": _("Quiet hours until"),
        }
        widgets = {"level": forms.RadioSelect, "quiet_from": Time(), "quiet_until": Time()}  # noqa: RUF012

    def __init__(self, data: Any = None, *, choices: Choices, user: User) -> None:
        self.user = user
        super().__init__(data, instance=choices.of(user))
        floor = STRICTNESS[Level(choices.policy.floor)]
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)  # noqa: S101 - made from a field with choices
        level.choices = [(one.value, one.label) for one in Level if STRICTNESS[one] >= floor]
        if choices.policy.digest_required:
            del self.fields["digest"]
        if choices.policy.discreet:
            del self.fields["discreet"]
        zones = sorted({*towns_of_zones(), "UTC", zone_name_of(user, choices.workspace)})
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101
        zone.choices = [(name, name.replace("_", " ")) for name in zones]
        self.initial = {
            **self.initial,
            "level": choices.level(user),
            "time_zone": zone_name_of(user, choices.workspace),
            "language": user.language,
        }

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        begins, ends = found.get("quiet_from"), found.get("quiet_until")
        if (begins is None) != (ends is None):
            self.add_error(
                "quiet_until" if ends is None else "quiet_from",
                _("Quiet hours need both ends; give the other time, or leave both empty."),
            )
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", _("Quiet hours begin and end at the same time; give two different times."))
        return found

    def person(self) -> User:
        """The person with the language and zone that were chosen, not saved."""
        self.user.language, self.user.time_zone = self.cleaned_data["language"], self.cleaned_data["time_zone"]
        return self.user


class AbsenceForm(forms.Form):
    """Days on which a person is away, both included, in his own zone."""

    first = forms.DateField(label=_("First day away"), widget=Day())
    last = forms.DateField(label=_("Last day away"), widget=Day())
    stand_in = forms.ModelChoiceField(
        label=_("Who stands in"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Deputies and privacy officers"),
    )

    def __init__(self, *args: Any, member: Membership, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone_named(zone_name_of(member.user, member.workspace)), now
        others = members_of(member.workspace).exclude(user=member.user).values("user")
        stand_in = self.fields["stand_in"]
        assert isinstance(stand_in, forms.ModelChoiceField)  # noqa: S101
        stand_in.queryset = User.objects.filter(pk__in=others).order_by("display_name")

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        first, last = found.get("first"), found.get("last")
        if first and last and last < first:
            self.add_error("last", _("%(last)s comes before the first day; give a later day.") % {"last": last})
        elif last and last < self.now.astimezone(self.zone).date():
            self.add_error("last", _("%(last)s is past; give today or a later day.") % {"last": last})
        return found

    def span(self) -> tuple[datetime, datetime]:
        """From when to when: from the first midnight to the one after the last day."""
        begins = datetime.combine(self.cleaned_data["first"], time(), self.zone)
        return begins, datetime.combine(self.cleaned_data["last"] + timedelta(days=1), time(), self.zone)


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the workspace asks for all its people."""

    working_days = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        choices=DAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What would fall on another day comes on the working day before, never later."),
    )

    class Meta:
        model = ReminderPolicy
        fields = ("floor", "working_days", "digest_at", "digest_required", "discreet")
        labels = {  # noqa: RUF012
            "floor": _("What everybody is sent at least"),
            "digest_at": _("Morning summary at"),
            "digest_required": _("Nobody may switch the morning summary off"),
            "discreet": _("Discreet mails for all: neither law, country, authority nor title"),
        }
        help_texts = {  # noqa: RUF012
            "floor": "",
            "digest_required": "",
            "digest_at": _("By each reader's own clock."),
            "discreet": _("For days when mail itself may be read by the attacker."),
        }
        widgets = {"floor": forms.RadioSelect, "digest_at": Time()}  # noqa: RUF012


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    """An address that is told of reminders."""

    url = forms.URLField(
        label=_("Address of the receiver"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    class Meta:
        model = Endpoint
        fields = ("url",)

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        if why := webhook.allowed_here(url):
            raise forms.ValidationError(why)
        return url

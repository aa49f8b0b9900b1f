"""The rows of this floor: reminders, and what people and workspaces chose about them."""

from notifications.models.library import LibraryNews
from notifications.models.people import Absence, Digest, Feed, Level, ReminderPolicy, ReminderPreference, Snooze
from notifications.models.proving import InstallationDrill
from notifications.models.reminder import Capacity, ClockKind, Reason, Reminder, ReminderPlan, State, SweepMark

__all__ = [
    "Absence",
    "Capacity",
    "ClockKind",
    "Digest",
    "Feed",
    "InstallationDrill",
    "Level",
    "LibraryNews",
    "Reason",
    "Reminder",
    "ReminderPlan",
    "ReminderPolicy",
    "ReminderPreference",
    "Snooze",
    "State",
    "SweepMark",
]

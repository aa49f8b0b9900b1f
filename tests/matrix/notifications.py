"""Reminders, their settings, and the mails of the outbox."""

from tests.matrix.answers import CASE_READERS, HARBOUR, MANAGERS, Row, case_members, everybody, members
from tests.notifications import building as reminding

ROWS: list[Row] = [
    Row("notifications:seen", everybody(200), {"token": reminding.TOKEN}),  # its key is the signature
    Row("notifications:seen", everybody(302), {"token": reminding.TOKEN}, method="post"),
    Row("notifications:case", case_members(200, CASE_READERS), {"slug": "harbour", "number": reminding.NUMBER}),
    Row("notifications:feed", everybody(404), {"key": "not-a-key"}),  # its key is a secret
    Row("notifications:mine", members(200, CASE_READERS), HARBOUR),
    Row("notifications:mine", members(302, CASE_READERS), HARBOUR, method="post", data={"act": "feed", "scope": "own"}),
    Row("notifications:policy", members(200, MANAGERS), HARBOUR),
    Row("notifications:policy", members(422, MANAGERS), HARBOUR, method="post", data={"act": "add", "url": "none"}),
    Row("notifications:outbox", members(200, MANAGERS), HARBOUR),
    Row("notifications:message", members(404, MANAGERS), {**HARBOUR, "pk": 999_999}),  # no such message
    Row("notifications:drill", members(200, MANAGERS), HARBOUR),
    Row("notifications:drill", members(302, MANAGERS), HARBOUR, method="post", data={"act": "begin"}),
    Row("notifications:settings", members(200, MANAGERS), HARBOUR),
    Row("notifications:settings", members(302, MANAGERS), HARBOUR, method="post"),
    # outbox
    Row("outbox:proved", everybody(404), {"key": "not-a-key"}),  # its key is a secret
]

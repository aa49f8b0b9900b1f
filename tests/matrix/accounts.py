"""Signing in and out, passwords, the language and the look."""

from tests.matrix.answers import Row, Who, everybody, signed_in

ROWS: list[Row] = [
    Row("account_login", {**everybody(302), Who.ANONYMOUS: 200}),
    Row("account_logout", signed_in(200)),
    Row("account_inactive", everybody(200)),
    Row("account_signup", {**everybody(302), Who.ANONYMOUS: 200}),  # "registration is closed"
    Row("account_reauthenticate", signed_in(200)),
    Row("account_change_password", signed_in(200)),
    Row("account_set_password", signed_in(302)),  # to "change", for whoever has a password
    Row("account_reset_password", everybody(200)),
    Row("account_reset_password_done", everybody(200)),
    Row("account_reset_password_from_key", everybody(200), {"uidb36": "1", "key": "not-a-key"}),
    Row("account_reset_password_from_key_done", everybody(200)),
    Row("account_kept", everybody(404), {"pk": 999_999}),  # nothing is kept there
    # the look and the language
    Row("account_language", everybody(302), method="post"),
    Row("design:appearance", everybody(302), method="post"),
    Row("design:gallery", everybody(404)),  # only with DEBUG
]

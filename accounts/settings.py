"""Settings of sign-in, sessions, rights and history: constants that config/settings.py takes over.

What differs between installations is read there, from the environment.
"""

import pghistory

# -- Signing in ------------------------------------------------------------------------------------
# The only backend: it also keeps the demonstration's users out where they do not belong.
AUTHENTICATION_BACKENDS = ["accounts.auth.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60  # one hour

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "outbox.account_mail.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # asked by allauth's checks; sign-up itself is closed
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are set by administrators; no page changes one
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password is told to its owner
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # a reset writes to either kind of address: same answer, same time
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# Per address of the network and per account. Five wrong passwords lock the account for a quarter of
# an hour, whoever typed them; the counters stand in the database and hold for all web processes.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/15m/key",
    "reset_password": "20/m/ip,3/15m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    # Reports from outside by a public link (incidents.views.intake): for each network address, and for each link.
    "intake": "5/h/ip,100/d/key",
}

# -- Sessions --------------------------------------------------------------------------------------
SESSION_COOKIE_AGE = 10 * 60 * 60  # one working day, counted from sign-in
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"  # links in mails must find the session

# A form whose token is of another sign-in is kept and shown again.
CSRF_FAILURE_VIEW = "accounts.kept.middleware.csrf_failure"

# -- Cache: rate limits, which must hold for every web process -------------------------------------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "tocsin_cache",  # accounts.models.CacheEntry
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# -- History (accounts.history) --------------------------------------------------------------------
PGHISTORY_CREATED_AT_FUNCTION = "clock_timestamp()"  # the instant of the change, not of the transaction
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)  # events are read by their object only

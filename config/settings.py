"""Settings. Everything that differs between installations comes from the environment.

docs/operations.md lists the variables. With none set, Tocsin runs on one machine: embedded
PostgreSQL, a broker on disk, mail written to files.
"""

from pathlib import Path

from kombu.entity import Exchange, Queue

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("TOCSIN_VAR", str(BASE_DIR / "var")))
# A rulebook newer than the shipped one, if `manage.py law install` put one there.
RULEBOOK_FILE = Path(env.text("TOCSIN_RULEBOOK", str(VAR_DIR / "rulebook" / "rulebook.tar.xz")))
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY") or ("insecure-only-for-debug" if DEBUG else "")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
BASE_URL = env.text("TOCSIN_URL", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "config",
    "accounts",
    "outbox",
    "incidents",
    "reports",
    "notifications",
    "workbench",
]
AUTH_USER_MODEL = "accounts.User"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.kept.refused.TypedStaysMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.language.LanguageMiddleware",
    "accounts.kept.middleware.KeptFormsMiddleware",
    "accounts.history.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASE_URL = env.text("DATABASE_URL")
DATABASES = {
    "default": env.database_url(DATABASE_URL)
    if DATABASE_URL
    else {"ENGINE": "config.embedded_postgres.backend", "NAME": "tocsin", "USER": "postgres"}
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "accounts.sealed.storage.SealedStorage",
        "OPTIONS": {"location": VAR_DIR / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

# Keys under which stored files are encrypted, the first for new ones: accounts/sealed. None: files are plain.
FILE_KEYS = env.secret("TOCSIN_FILE_KEYS")

# A file of evidence takes up to so much; a larger one is refused with words that say so.
EVIDENCE_MAX_BYTES = env.number("EVIDENCE_MAX_MB", 200) * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "config.uploads.LimitedUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_HSTS_SECONDS = 0 if DEBUG else env.number("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # Bootstrap draws its form icons as data: SVG
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

EMAIL_BACKEND = env.text("EMAIL_BACKEND") or (
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("EMAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Tocsin <tocsin@localhost>")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tocsin",
    "DESCRIPTION": "Which duties to notify follow from a data breach, in every country, by when.",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
}

# A file that the backup touches when it is done: `manage.py doctor` tells its age.
BACKUP_STAMP = env.text("TOCSIN_BACKUP_STAMP", str(VAR_DIR / "backup" / "last"))

# Celery: Redis or RabbitMQ where named, else a broker on disk (one machine, about 20 messages a second).
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL") or "filesystem://localhost"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat" / "schedule")
if CELERY_BROKER_URL.startswith("filesystem://"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker" / "queue"),
        "data_folder_out": str(VAR_DIR / "broker" / "queue"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
        "polling_interval": 0.1,
    }
# A worker takes from all queues unless told otherwise (--queues): a mailing must not hold up the ticks, nor
# the ticks a mail. The prefix keeps several installations on one broker apart.
CELERY_QUEUE_PREFIX = env.text("CELERY_QUEUE_PREFIX", "tocsin")
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name, type="direct"), routing_key=name)  # type: ignore[no-untyped-call]
    for name in (f"{CELERY_QUEUE_PREFIX}-{part}" for part in ("ticks", "mail", "work"))
]
CELERY_TASK_DEFAULT_QUEUE = CELERY_TASK_DEFAULT_EXCHANGE = CELERY_TASK_DEFAULT_ROUTING_KEY = (
    f"{CELERY_QUEUE_PREFIX}-work"
)
CELERY_TASK_ROUTES = {
    "outbox.deliver": {"queue": f"{CELERY_QUEUE_PREFIX}-mail"},
    "outbox.sweep": {"queue": f"{CELERY_QUEUE_PREFIX}-ticks"},
    "notifications.*": {"queue": f"{CELERY_QUEUE_PREFIX}-ticks"},
    "incidents.*": {"queue": f"{CELERY_QUEUE_PREFIX}-ticks"},
    "reports.*": {"queue": f"{CELERY_QUEUE_PREFIX}-ticks"},
}
# A tick that no worker took in its time says nothing any more: the next one says the same.
CELERY_BEAT_SCHEDULE = {
    "outbox-sweep": {"task": "outbox.sweep", "schedule": 10.0, "options": {"expires": 60}},
    "incidents-tick": {"task": "incidents.tick", "schedule": 60.0, "options": {"expires": 120}},
    "filings-tick": {"task": "reports.settle", "schedule": 10.0, "options": {"expires": 60}},
    "reminders-tick": {"task": "notifications.tick", "schedule": 10.0, "options": {"expires": 60}},
    "reminders-digests": {"task": "notifications.digests", "schedule": 60.0, "options": {"expires": 120}},
}

# Sign-in, sessions, cache and history: constants, kept beside the code that they govern.
from accounts.settings import *  # noqa: E402, F403

# host or host:port that the web server was told to listen on; empty: this machine only
LISTEN = env.text("TOCSIN_LISTEN")
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY") else 0

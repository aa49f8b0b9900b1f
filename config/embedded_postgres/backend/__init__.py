"""Django's PostgreSQL backend, on the embedded server. Named as ENGINE in settings.DATABASES."""

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from law.installed import use_from

        use_from(settings.RULEBOOK_FILE)

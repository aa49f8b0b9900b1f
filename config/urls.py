"""All addresses of the site. Each app keeps its own; this file only joins them."""

from django.urls import URLPattern, URLResolver, path

urlpatterns: list[URLPattern | URLResolver] = []

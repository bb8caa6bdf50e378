import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reussite.settings")
application = get_wsgi_application()

# Before the server forks: views are loaded once for all processes, and the first visitor does not wait.
for _kind in settings.TENANT_TYPES.values():
    _ = get_resolver(str(_kind["URLCONF"])).url_patterns

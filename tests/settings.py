"""The settings of the product, with what only a suite may do."""

from reussite.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_TIMEOUT = 2
# static files come from their apps: nothing was collected
WHITENOISE_AUTOREFRESH = True

"""The web process: Django under WSGI."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phoihop.config.settings")
application = get_wsgi_application()
gc.collect()
gc.freeze()  # what was loaded once stays: the collector need not walk it again in the middle of requests

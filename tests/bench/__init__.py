"""What the kernel costs beside stock django-tenants, on the same models, the same server, in one run."""

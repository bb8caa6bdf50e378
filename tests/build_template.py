"""Fills the template database of the suite, in a process of the owner login."""

import django


def main() -> None:
    django.setup()

    from django.core.management import call_command

    from tenants import provisioning
    from tests.servers import TOWNS

    call_command("migrate", verbosity=0)
    for slug in TOWNS:
        provisioning.provision(
            slug=slug, kind="town", name=slug.capitalize(), domains=[f"{slug}.test", f"ancien.{slug}.test"]
        )
    provisioning.provision(slug="national", kind="national", name="Site national", domains=["national.test"])


if __name__ == "__main__":
    main()

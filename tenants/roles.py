"""Names of the database roles. They are the same in every installation, so that grants can be migrations."""

OWNER = "reussite_owner"  # login: CREATEROLE, owns every schema and table
APP = "reussite_app"  # login of web and workers: NOINHERIT, reads towns and domains alone
TOWN = "reussite_town"  # group: what every town's role may do in `public`
RELAY = "reussite_relay"  # claims outbox rows and due jobs; reads no town
RETENTION = "reussite_retention"  # removes what is past its date from the shared tables
BACKUP = "reussite_backup"  # reads everything, writes nothing
REPORTER = "reussite_reporter"  # group: the national site's role, which reads who sent cells
RELEASE = "reussite_release"  # reads the towns' cells: the release engine, while it makes a release
SIMULATION = "reussite_simulation"  # writes cells of made-up towns, and those alone


def groups(kind: str) -> tuple[str, ...]:
    """The groups that a place of this kind is a member of, in the order of their names."""
    return (REPORTER, TOWN) if kind == "national" else (TOWN,)

from django.db import migrations


class Migration(migrations.Migration):
    """The table of Django's database cache, which sign-in keeps its rate limits in."""

    dependencies = [("offices", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE offices_cache (
                cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
            );
            CREATE INDEX offices_cache_expires ON offices_cache (expires);
            GRANT SELECT, INSERT, UPDATE, DELETE ON offices_cache TO phoihop_gate
            """,
            "DROP TABLE offices_cache",
        )
    ]

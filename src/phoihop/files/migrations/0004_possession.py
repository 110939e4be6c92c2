from django.db import migrations, models

FILL = """
DO $$ BEGIN
    IF to_regclass('exchange_record') IS NOT NULL THEN
        UPDATE files_attachment a SET node_id = r.node_id FROM exchange_record r WHERE r.id = a.record_id;
    END IF;
END $$
"""
"""Asked this way because the room of records stands above this one, and is not there yet in a new database."""


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0003_incidents"),
        ("offices", "0001_initial"),
    ]

    operations = [
        migrations.AddField(model_name="attachment", name="node_id", field=models.UUIDField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(model_name="attachment", name="node_id", field=models.UUIDField()),
        migrations.CreateModel(
            name="Possession",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "record_id", "sha256", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("record_id", models.UUIDField()),
                ("sha256", models.TextField(db_index=True)),
                ("subject_id", models.UUIDField(db_index=True)),
                ("audience_id", models.UUIDField()),
            ],
        ),
    ]

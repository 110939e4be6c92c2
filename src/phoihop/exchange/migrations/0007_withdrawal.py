# An office from which a subject was withdrawn keeps what was said before that record.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0006_purge"),
    ]

    operations = [
        migrations.AddField(
            model_name="disclosed",
            name="until_id",
            field=models.UUIDField(null=True),
        ),
    ]

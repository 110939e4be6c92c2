"""The mark "có dữ liệu cá nhân" on drafts and documents."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatches", "0008_lists")]

    operations = [
        migrations.AddField("dispatch", "personal_data", models.TextField(blank=True, db_default="", default="")),
        migrations.AddField("dispatch", "keep_until", models.DateField(null=True)),
        migrations.AddField("draft", "personal_data", models.TextField(blank=True, db_default="", default="")),
        migrations.AddField("draft", "keep_until", models.DateField(null=True)),
        migrations.AddIndex(
            "dispatch",
            models.Index(
                fields=["keep_until"], name="dispatch_kept", condition=models.Q(("keep_until__isnull", False))
            ),
        ),
    ]

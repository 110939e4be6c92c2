from django.db import migrations, models


class Migration(migrations.Migration):
    """Authority that was lent can be taken back at once, and says who lent it and who took it back."""

    dependencies = [("offices", "0003_sign_in_rules")]

    operations = [
        migrations.AddField("delegation", "made_name", models.TextField(blank=True, db_default="", default="")),
        migrations.AddField("delegation", "revoked_at", models.DateTimeField(null=True)),
        migrations.AddField("delegation", "revoked_name", models.TextField(blank=True, db_default="", default="")),
    ]

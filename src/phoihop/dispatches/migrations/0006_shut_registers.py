from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatches", "0005_search_attachments")]

    operations = [
        migrations.AddField(
            model_name="register",
            name="shut",
            field=models.BooleanField(default=False),
        ),
    ]

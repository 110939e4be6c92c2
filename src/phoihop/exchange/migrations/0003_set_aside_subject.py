from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_past_hosting")]

    operations = [
        migrations.AddField(model_name="setaside", name="subject_id", field=models.UUIDField(db_index=True, null=True)),
    ]

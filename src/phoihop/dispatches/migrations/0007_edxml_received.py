from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatches", "0006_shut_registers")]

    operations = [
        migrations.AddField(
            model_name="edxmlreceived",
            name="organ_id",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="edxmlreceived",
            name="document_id",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AlterField(
            model_name="edxmlreceived",
            name="dispatch_id",
            field=models.UUIDField(db_index=True, null=True),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatches", "0003_search_newest_first")]

    operations = [
        migrations.AddField(
            model_name="dispatch", name="standing", field=models.TextField(db_default="issued", default="issued")
        ),
        migrations.AddField(
            model_name="draft", name="change_reason", field=models.TextField(blank=True, db_default="", default="")
        ),
        migrations.AddField(
            model_name="draft", name="changes", field=models.TextField(blank=True, db_default="", default="")
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("dispatch_id", models.UUIDField(db_index=True)),
                ("audience_id", models.UUIDField()),
                ("owner_id", models.UUIDField()),
                ("action", models.TextField()),
                ("reason", models.TextField()),
                ("new_document_id", models.UUIDField(null=True)),
                ("new_code", models.TextField(blank=True, default="")),
                ("asked_by", models.TextField(blank=True, default="")),
                ("requested_at", models.DateTimeField()),
                ("requested_by", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["new_document_id"],
                        name="change_new",
                        condition=models.Q(new_document_id__isnull=False),
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="ChangeAnswer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "change_id", "office_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("change_id", models.UUIDField()),
                ("office_id", models.UUIDField()),
                ("owner_id", models.UUIDField()),
                ("dispatch_id", models.UUIDField()),
                ("action", models.TextField()),
                ("state", models.TextField()),
                ("asked", models.BooleanField()),
                ("reason", models.TextField(blank=True, default="")),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["office_id"], name="change_to_answer", condition=models.Q(state="requested")),
                    models.Index(fields=["dispatch_id", "office_id"], name="change_of_dispatch"),
                    models.Index(
                        fields=["office_id", "dispatch_id"], name="change_agreed", condition=models.Q(state="agreed")
                    ),
                ]
            },
        ),
    ]

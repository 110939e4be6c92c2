import django.db.models.deletion
from django.db import migrations, models

import phoihop.core.clock
import phoihop.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("administration", "0001_initial"),
        ("offices", "0003_sign_in_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="DirectoryProposal",
            fields=[
                ("id", models.UUIDField(default=phoihop.core.ids.new_id, primary_key=True, serialize=False)),
                ("source", models.TextField(choices=[("sheet", "Bảng tính"), ("merger", "Nhập văn phòng")])),
                ("upload_id", models.UUIDField(null=True)),
                ("title", models.TextField()),
                ("reason", models.TextField(blank=True, default="")),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                ("made_at", models.DateTimeField(default=phoihop.core.clock.now)),
                ("made_name", models.TextField()),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offices.office"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["office", "-made_at"], name="directory_proposal_list")],
            },
        ),
    ]

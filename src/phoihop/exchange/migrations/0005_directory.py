from django.db import migrations, models

import phoihop.core.clock


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_waiting_deliveries")]

    operations = [
        migrations.CreateModel(
            name="DirectoryRecord",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("digest", models.TextField(unique=True)),
                ("signed", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(default=phoihop.core.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="DirectoryFork",
            fields=[
                ("digest", models.TextField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("signed", models.BinaryField()),
                ("seen_at", models.DateTimeField(default=phoihop.core.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("office_id", models.UUIDField(primary_key=True, serialize=False)),
                ("successor_id", models.UUIDField(db_index=True)),
                ("since", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Restoration",
            fields=[
                ("incarnation", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=phoihop.core.clock.now)),
                ("backup_made_at", models.DateTimeField()),
                ("log_size", models.BigIntegerField()),
            ],
        ),
    ]

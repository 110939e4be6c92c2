from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [("territory", "0001_initial")]

    operations = [
        migrations.AddField(
            "province",
            "gso",
            models.TextField(default="", help_text="Number of the General Statistics Office, as it was in its time."),
            preserve_default=False,
        ),
        migrations.AddField(
            "commune",
            "gso",
            models.TextField(default="", help_text="Number of the General Statistics Office, as it was in its time."),
            preserve_default=False,
        ),
        migrations.AddField(
            "commune",
            "district",
            models.TextField(
                default="", help_text="Full name of the district it lay in; empty: districts were abolished."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "commune",
            "district_key",
            models.TextField(db_collation="C", default="", help_text="Its sort key."),
            preserve_default=False,
        ),
        migrations.AddField(
            "commune",
            "district_folded",
            models.TextField(db_collation="C", default="", help_text="For search."),
            preserve_default=False,
        ),
        migrations.AlterField("province", "lat", models.FloatField(null=True)),
        migrations.AlterField("province", "lon", models.FloatField(null=True)),
        migrations.AlterField("commune", "lat", models.FloatField(null=True)),
        migrations.AlterField("commune", "lon", models.FloatField(null=True)),
        migrations.AlterField(
            "commune",
            "valid_from",
            models.DateField(help_text="Empty: since before anything recorded here.", null=True),
        ),
        migrations.AddField(
            "province",
            "part_of_successor",
            models.PositiveIntegerField(
                help_text="How much of the successor's area it makes up, in millionths, estimated; empty: not known.",
                null=True,
            ),
        ),
        migrations.AlterField(
            "commune",
            "kind",
            models.TextField(
                choices=[
                    ("commune", "Xã"),
                    ("ward", "Phường"),
                    ("special_zone", "Đặc khu"),
                    ("township", "Thị trấn"),
                    ("island_district", "Huyện đảo"),
                ]
            ),
        ),
        migrations.RemoveConstraint("commune", "commune_ends_after_it_begins"),
        migrations.AddConstraint(
            "commune",
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="commune_ended_after_it_began",
            ),
        ),
        migrations.AddIndex("province", models.Index(fields=["gso"], name="province_by_gso")),
        migrations.AddIndex("commune", models.Index(fields=["gso"], name="commune_by_gso")),
        migrations.CreateModel(
            name="CommuneSuccession",
            fields=[
                ("id", models.UUIDField(help_text="Derived from the two codes.", primary_key=True, serialize=False)),
                ("part_of_predecessor", models.PositiveIntegerField(null=True)),
                ("part_of_successor", models.PositiveIntegerField(null=True)),
                ("predecessor", models.ForeignKey(on_delete=PROTECT, related_name="became", to="territory.commune")),
                ("successor", models.ForeignKey(on_delete=PROTECT, related_name="made_of", to="territory.commune")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("predecessor", "successor"), name="commune_succeeds_once"),
                    models.CheckConstraint(
                        condition=Q(part_of_predecessor__range=(1, 1_000_000)) | Q(part_of_predecessor=None),
                        name="part_of_predecessor_in_millionths",
                    ),
                    models.CheckConstraint(
                        condition=Q(part_of_successor__range=(1, 1_000_000)) | Q(part_of_successor=None),
                        name="part_of_successor_in_millionths",
                    ),
                ]
            },
        ),
    ]

"""Series whose numbers the existing system gives have their row, too: one for each that holds numbers already."""

from django.db import migrations

ADD = """
INSERT INTO dispatches_registerperiod (id, office_id, register_id, period, last_number)
SELECT gen_random_uuid(), office_id, register_id, period, max(number)
FROM dispatches_registernumber
GROUP BY office_id, register_id, period
ON CONFLICT (office_id, register_id, period) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dispatches", "0012_register_closing"),
    ]

    operations = [migrations.RunSQL(ADD, migrations.RunSQL.noop)]

from django.db import migrations

# Text operators are not leakproof, so under a policy they could not use their index. This function runs as the owner,
# looks up the words first, and returns only ids the acting office may see; the caller then reads rows under the policy.
# pg_temp stands last in its path: unnamed it would come first, and a caller's temporary table could claim memberships.
SEARCH = """
CREATE FUNCTION dispatches_search(wanted_words text, wanted_code text, before timestamptz, most integer)
RETURNS TABLE (dispatch_id uuid, issued_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH office AS MATERIALIZED (SELECT phoihop_office() AS id),
    hits AS MATERIALIZED (
        SELECT t.dispatch_id, t.audience_id, t.issued_at FROM dispatches_dispatchtext t
        WHERE (wanted_words <> '' AND t.words @@ to_tsquery('simple', wanted_words))
           OR (wanted_code <> '' AND t.code LIKE '%' || wanted_code || '%')
    )
    SELECT h.dispatch_id, h.issued_at FROM hits h, office
    WHERE (before IS NULL OR h.issued_at < before)
      AND (EXISTS (SELECT 1 FROM exchange_audience_member m
                   WHERE m.office_id = office.id AND m.audience_id = h.audience_id)
           OR EXISTS (SELECT 1 FROM exchange_disclosed d
                      WHERE d.office_id = office.id AND d.subject_id = h.dispatch_id))
    ORDER BY h.issued_at DESC, h.dispatch_id
    LIMIT most
$$;
REVOKE ALL ON FUNCTION dispatches_search FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dispatches_search TO phoihop_web
"""


class Migration(migrations.Migration):
    dependencies = [("dispatches", "0001_initial"), ("exchange", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE OR REPLACE FUNCTION phoihop_office() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
            AS $$ SELECT current_setting('phoihop.office')::uuid $$
            """,
            "DROP FUNCTION phoihop_office",
        ),
        migrations.RunSQL(SEARCH, "DROP FUNCTION dispatches_search"),
    ]

from django.db import migrations

# Documents are found by their own words and code as before, and now also by what their attachments say. Of those, too,
# the newest are looked at first, so that a common word does not mean reading every text that holds it. A phrase means
# reading texts, since the index does not know what stands beside what: it is sought among the newest 3,000 files that
# hold its words and that the office may see, and no more of them are read than fill the page. Where many rows are
# asked whether they may be seen, the audiences of the office are gathered first. Tables are never read from end to end:
# the planner does not count what it costs to fetch long texts, and would do so while they are few. As before the function
# runs as the owner, holds to audiences by itself, and has pg_temp last in its path.
SEARCH = """
CREATE OR REPLACE FUNCTION dispatches_search(wanted_words text, wanted_code text, before timestamptz, most integer)
RETURNS TABLE (dispatch_id uuid, issued_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    office uuid := phoihop_office();
    upto timestamptz := coalesce(before, 'infinity');
    words text := format('t.words @@ %L::tsquery', CASE WHEN wanted_words <> '' THEN to_tsquery('simple', wanted_words) END);
    code text := format('t.code LIKE %L', '%' || wanted_code || '%');
    member text := format('EXISTS (SELECT FROM exchange_audience_member m WHERE m.office_id = %L AND m.audience_id = t.audience_id)', office);
    seen text := format('t.issued_at < %L AND (%s
        OR EXISTS (SELECT FROM exchange_disclosed d WHERE d.office_id = %L AND d.subject_id = t.dispatch_id))',
        upto, member, office);
    seen_file text := format('t.at < %L AND (%s
        OR EXISTS (SELECT FROM exchange_disclosed d WHERE d.office_id = %L AND d.subject_id = t.subject_id))',
        upto, member, office);
    seen_files text := format('t.at < %L AND (
        t.audience_id IN (SELECT m.audience_id FROM exchange_audience_member m WHERE m.office_id = %L)
        OR t.subject_id IN (SELECT d.subject_id FROM exchange_disclosed d WHERE d.office_id = %L))',
        upto, office, office);
    newest text := format('SELECT * FROM dispatches_dispatchtext t WHERE t.issued_at < %L
        ORDER BY t.issued_at DESC, t.dispatch_id LIMIT 3000', upto);
    newest_files text := format('SELECT * FROM files_attachmenttext t WHERE t.at < %L
        ORDER BY t.at DESC, t.record_id LIMIT 400', upto);
    page text := format('ORDER BY t.issued_at + interval ''0'' DESC, t.dispatch_id LIMIT %s', most);
    found_files text := format('SELECT array_agg(f.subject_id), array_agg(f.at) FROM
        (SELECT t.subject_id, t.at FROM %%s t WHERE %s AND %%s
         GROUP BY t.subject_id, t.at ORDER BY t.at + interval ''0'' DESC, t.subject_id LIMIT %s) f',
        replace(words, '%', '%%'), most);
    found_all text := format('WITH hits AS MATERIALIZED (
            SELECT t.subject_id, t.audience_id, t.at FROM files_attachmenttext t WHERE %s)
        SELECT array_agg(f.subject_id), array_agg(f.at) FROM
        (SELECT t.subject_id, t.at FROM hits t WHERE %s
         GROUP BY t.subject_id, t.at ORDER BY t.at DESC, t.subject_id LIMIT %s) f',
        words, seen_files, most);
    anywhere text := replace(wanted_words, '<->', '&');
    found_phrase text := format('WITH hits AS MATERIALIZED (
            SELECT t.subject_id, t.audience_id, t.at, t.words FROM files_attachmenttext t WHERE t.words @@ %L::tsquery)
        SELECT array_agg(f.subject_id), array_agg(f.at) FROM
        (SELECT t.subject_id, t.at FROM
            (SELECT t.subject_id, t.at, t.words FROM hits t WHERE %s
             ORDER BY t.at + interval ''0'' DESC, t.subject_id LIMIT 3000) t
         WHERE %s LIMIT %s) f',
        CASE WHEN wanted_words <> '' THEN to_tsquery('simple', anywhere) END, seen_files, words, 2 * most);
    ids uuid[];
    times timestamptz[];
    file_ids uuid[];
    file_times timestamptz[];
BEGIN
    IF wanted_words = '' AND wanted_code = '' THEN
        RETURN;
    END IF;
    IF wanted_words <> '' AND wanted_code = '' THEN
        EXECUTE format('SELECT array_agg(f.dispatch_id), array_agg(f.issued_at) FROM
            (SELECT t.dispatch_id, t.issued_at FROM (%s) t WHERE %s AND %s %s) f', newest, words, seen, page)
            INTO ids, times;
    END IF;
    IF coalesce(cardinality(ids), 0) < most THEN
        EXECUTE format('SELECT array_agg(f.dispatch_id), array_agg(f.issued_at) FROM (
                (SELECT t.dispatch_id, t.issued_at FROM dispatches_dispatchtext t WHERE %s AND %s %s) UNION
                (SELECT t.dispatch_id, t.issued_at FROM dispatches_dispatchtext t WHERE %s AND %s %s)) f',
            CASE WHEN wanted_words <> '' THEN words ELSE 'false' END, seen, page,
            CASE WHEN wanted_code <> '' THEN code ELSE 'false' END, seen, page)
            INTO ids, times;
    END IF;
    IF wanted_words <> '' THEN
        EXECUTE format(found_files, '(' || newest_files || ')', seen_file) INTO file_ids, file_times;
        IF coalesce(cardinality(file_ids), 0) < most THEN
            EXECUTE CASE WHEN anywhere = wanted_words THEN found_all ELSE found_phrase END
                INTO file_ids, file_times;
        END IF;
    END IF;
    RETURN QUERY SELECT f.id, max(f.at) FROM (
            SELECT * FROM unnest(ids, times) AS one(id, at)
            UNION ALL SELECT * FROM unnest(file_ids, file_times) AS other(id, at)) f
        GROUP BY f.id ORDER BY 2 DESC, 1 LIMIT most;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dispatches", "0004_changes"),
        ("files", "0002_reading_and_pieces"),
    ]

    operations = [migrations.RunSQL(SEARCH, migrations.RunSQL.noop)]

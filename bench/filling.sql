-- The set-based part of bench.filling, in order. Temporary tables: o offices, a audiences, t texts, d documents.

INSERT INTO exchange_audience (id, digest) SELECT id, digest FROM a;

INSERT INTO exchange_audience_member (audience_id, office_id) SELECT id, unnest(members || owner) FROM a;

CREATE TEMP TABLE d AS
    SELECT i, gen_random_uuid() AS id, gen_random_uuid() AS record, a.id AS audience, a.owner, a.members, a.shown, o.body, o.n AS owner_number,
    t.n AS text, now() - (%(count)s - i) * interval '40 seconds' AS at
    FROM generate_series(0, %(count)s - 1) i JOIN a ON a.n = i / %(per_audience)s JOIN t ON t.n = i %% %(texts)s
    JOIN o ON o.id = a.owner;

INSERT INTO exchange_subject (id, kind, owner_id, audience_id)
    SELECT id, 'dispatch', owner, audience FROM d;

INSERT INTO exchange_record (id, kind, version, office_id, node_id, incarnation_id, subject_id, audience_id, at, envelope)
    SELECT d.record, 'dispatch.issued', 1, d.owner, n.id, n.id, d.id, d.audience, d.at, repeat('e', 900)::bytea
    FROM d, offices_node n WHERE n.is_self;

INSERT INTO exchange_recordbody (record_id, subject_id, audience_id, content) SELECT record, id, audience, %(body)s FROM d;

INSERT INTO exchange_head (subject_id, office_id, record_id) SELECT id, owner, record FROM d;

INSERT INTO exchange_delivery
    (subject_id, recipient_id, owner_id, expected, arrived_at, registered_at, seen_at, accepted_at, done_at, returned_reason)
    SELECT d.id, m, d.owner, true, d.at, CASE WHEN r > 0.004 THEN d.at + interval '1 hour' END,
    CASE WHEN r > 0.003 THEN d.at + interval '1 hour' END, CASE WHEN r > 0.01 THEN d.at + interval '1 day' END,
    CASE WHEN r > 0.02 THEN d.at + interval '3 days' END, ''
    FROM d, unnest(d.members) m, LATERAL (SELECT random() + 0 * length(m::text) AS r) x;

INSERT INTO dispatches_dispatch (id, record_id, audience_id, owner_id, origin, business, body_id, issuer_name, regime,
    code, type_code, type_name, abstract, content, urgency, circulation, dated, place, signatory_name,
    signatory_title, signatory_authority, recipients, other_recipients, issued_at, exercise, attachment_count)
    SELECT d.id, d.record, d.audience, d.owner, 'issued', 'new', d.body, 'Ủy ban nhân dân xã thứ ' || d.owner_number, 'GOV',
    (d.i %% 5000 + 1) || '/QĐ-UBND', 'decision', 'Quyết định', t.abstract, t.content,
    CASE WHEN d.i %% 50 = 0 THEN 'urgent' ELSE 'normal' END, 'NORMAL', d.at::date, 'Nghệ An', 'Nguyễn Văn An',
    'Chủ tịch', '', d.shown, '', d.at, false, 0
    FROM d JOIN t ON t.n = d.text;

INSERT INTO dispatches_dispatchtext (dispatch_id, audience_id, issued_at, code, words)
    SELECT d.id, d.audience, d.at, (d.i %% 5000 + 1) || ' qd ubnd', t.words FROM d JOIN t ON t.n = d.text;

INSERT INTO dispatches_handling (id, dispatch_id, office_id, state, book, arrival_number, arrival_year, registered_at,
    registered_by, direction, directed_by, lead_name, lead_title, coordinators, informed, accepted_at, finished_at,
    due_at, returned_reason, result)
SELECT gen_random_uuid(), v.subject_id, v.recipient_id,
    CASE WHEN v.done_at IS NOT NULL THEN 'finished' WHEN v.accepted_at IS NOT NULL THEN 'accepted' ELSE 'registered' END,
    'Sổ đến', row_number() OVER (PARTITION BY v.recipient_id ORDER BY v.arrived_at), 2026, v.registered_at, 'Văn thư', '',
    '', '', '', '[]', '[]', v.accepted_at, v.done_at, v.arrived_at + interval '5 days', '', ''
FROM exchange_delivery v WHERE v.recipient_id = ANY(%(offices)s) AND v.registered_at IS NOT NULL;

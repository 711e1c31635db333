-- What rules ask of an alert, how it goes out, and what is not told for a while.

ALTER TABLE alerts ADD COLUMN event_type VARCHAR;
ALTER TABLE alerts ADD COLUMN status VARCHAR;
ALTER TABLE alerts ADD COLUMN conflict_kind VARCHAR;
ALTER TABLE alerts ADD COLUMN entities VARCHAR[];
ALTER TABLE alerts ADD COLUMN thread_id VARCHAR;
ALTER TABLE alerts ADD COLUMN translations JSON;
UPDATE alerts SET
    thread_id = event_id, entities = [], translations = coalesce(json_extract(sides, '$[0].translations'), '[]');
UPDATE alerts SET event_type = told.type, status = told.status
FROM (
    SELECT alert_id, last(version.type ORDER BY version.known_from) AS type,
        last(version.status ORDER BY version.known_from) AS status
    FROM alerts JOIN event_versions AS version
        ON version.event_id = alerts.event_id AND version.known_from <= alerts.created_at
    GROUP BY alert_id
) AS told
WHERE told.alert_id = alerts.alert_id;
UPDATE alerts SET conflict_kind = conflicts.kind FROM conflicts WHERE conflicts.conflict_id = alerts.conflict_id;
UPDATE alerts SET entities = about.entities
FROM (
    WITH RECURSIVE lineage AS (
        SELECT alert_id, unnest([subject_id, object_id]) AS entity_id
        FROM alerts JOIN event_versions AS version ON version.event_id = alerts.event_id
        UNION
        SELECT lineage.alert_id, entities.parent_id
        FROM lineage JOIN entities ON entities.entity_id = lineage.entity_id
    )
    SELECT alert_id, list(entity_id ORDER BY entity_id) AS entities
    FROM lineage WHERE entity_id IS NOT NULL GROUP BY alert_id
) AS about
WHERE about.alert_id = alerts.alert_id;
COMMENT ON COLUMN alerts.event_type IS 'Type of the event it is about.';
COMMENT ON COLUMN alerts.status IS 'Status of the event when it was raised.';
COMMENT ON COLUMN alerts.conflict_kind IS 'Kind of the conflict it is about.';
COMMENT ON COLUMN alerts.entities IS 'Entities it is about, with everything that they lie within.';
COMMENT ON COLUMN alerts.thread_id IS 'Event under whose first message it is told.';
COMMENT ON COLUMN alerts.translations IS 'Its words in other languages: [{language, title, body, labels}]; labels are those of the sides.';

ALTER TABLE deliveries ADD COLUMN mode VARCHAR;
ALTER TABLE deliveries ADD COLUMN language VARCHAR;
ALTER TABLE deliveries ADD COLUMN message_id VARCHAR;
ALTER TABLE deliveries ADD COLUMN composed_at TIMESTAMPTZ;
ALTER TABLE deliveries ADD COLUMN ambiguous_at TIMESTAMPTZ;
UPDATE deliveries SET
    mode = CASE WHEN state = 'held' THEN 'digest' ELSE 'instant' END,
    message_id = CASE WHEN attempts > 0 AND state <> 'held' THEN alert_id END;
UPDATE deliveries SET composed_at = alerts.created_at
FROM alerts WHERE alerts.alert_id = deliveries.alert_id AND deliveries.message_id IS NOT NULL;
COMMENT ON COLUMN deliveries.state IS 'pending, held (for the digest, or until next_attempt_at for the end of quiet hours), sending, sent, failed (given up).';
COMMENT ON COLUMN deliveries.mode IS 'instant, grouped (with what belongs to the same event), digest.';
COMMENT ON COLUMN deliveries.language IS 'Language of its reader; null: as the channel has it.';
COMMENT ON COLUMN deliveries.message_id IS 'Id of the message that carries it, on every try the same; null while none was put together.';
COMMENT ON COLUMN deliveries.composed_at IS 'When that message was put together.';
COMMENT ON COLUMN deliveries.ambiguous_at IS 'When a send was found to have ended without an answer: the message may have arrived.';

CREATE TABLE mutes (
    mute_id VARCHAR, about VARCHAR, name VARCHAR, because VARCHAR, who VARCHAR,
    made_at TIMESTAMPTZ, until TIMESTAMPTZ, lifted_at TIMESTAMPTZ
);
COMMENT ON TABLE mutes IS 'Who or what a person has asked not to be told of for a while.';
COMMENT ON COLUMN mutes.mute_id IS 'Id made from what is muted and when.';
COMMENT ON COLUMN mutes.about IS 'Entity or event by its id.';
COMMENT ON COLUMN mutes.name IS 'The same in words, as it was asked for.';
COMMENT ON COLUMN mutes.because IS 'Why.';
COMMENT ON COLUMN mutes.who IS 'Who asked.';
COMMENT ON COLUMN mutes.made_at IS 'From when it holds.';
COMMENT ON COLUMN mutes.until IS 'When it ends by itself.';
COMMENT ON COLUMN mutes.lifted_at IS 'When a person ended it before.';

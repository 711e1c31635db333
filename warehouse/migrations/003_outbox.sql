-- What goes out: alerts, and each on its way to the channels.

CREATE TABLE alerts (
    alert_id VARCHAR, dedupe_key VARCHAR, kind VARCHAR, severity VARCHAR, event_id VARCHAR, conflict_id VARCHAR,
    source_id VARCHAR, title VARCHAR, body VARCHAR, sides JSON, created_at TIMESTAMPTZ
);
COMMENT ON TABLE alerts IS 'One change of the ledger worth a person''s time.';
COMMENT ON COLUMN alerts.alert_id IS 'Id made from the key; every channel carries it.';
COMMENT ON COLUMN alerts.dedupe_key IS 'Names the fact and its transition; one row each, so that nothing is raised twice.';
COMMENT ON COLUMN alerts.kind IS 'new_event, status_raised, fact_changed, conflict_opened, conflict_resolved, correction, source_failing, source_recovered.';
COMMENT ON COLUMN alerts.severity IS 'low, medium, high.';
COMMENT ON COLUMN alerts.event_id IS 'Event it is about.';
COMMENT ON COLUMN alerts.conflict_id IS 'Conflict it is about.';
COMMENT ON COLUMN alerts.source_id IS 'Source it is about.';
COMMENT ON COLUMN alerts.title IS 'What changed, in one sentence.';
COMMENT ON COLUMN alerts.body IS 'What was held before, and why sides differ.';
COMMENT ON COLUMN alerts.sides IS 'The sides with their quotes: [{label, origins, quotes: [{text, value, publisher, url, published_at}]}].';
COMMENT ON COLUMN alerts.created_at IS 'When it was raised.';

CREATE TABLE deliveries (
    delivery_id VARCHAR, alert_id VARCHAR, channel VARCHAR, target VARCHAR, state VARCHAR, attempts INTEGER,
    next_attempt_at TIMESTAMPTZ, sent_at TIMESTAMPTZ, provider_id VARCHAR, error VARCHAR
);
COMMENT ON TABLE deliveries IS 'An alert on its way to one channel.';
COMMENT ON COLUMN deliveries.delivery_id IS 'Id made from alert and channel.';
COMMENT ON COLUMN deliveries.alert_id IS 'Alert that is sent.';
COMMENT ON COLUMN deliveries.channel IS 'Channel as named in the configuration.';
COMMENT ON COLUMN deliveries.target IS 'Where it goes, without any secret.';
COMMENT ON COLUMN deliveries.state IS 'pending, held (for the digest or quiet hours), sending, sent, failed (given up).';
COMMENT ON COLUMN deliveries.attempts IS 'How many times sending was begun.';
COMMENT ON COLUMN deliveries.next_attempt_at IS 'Not tried before this moment; while sending, when the attempt counts as lost.';
COMMENT ON COLUMN deliveries.sent_at IS 'When the channel took it.';
COMMENT ON COLUMN deliveries.provider_id IS 'Id the channel gave it.';
COMMENT ON COLUMN deliveries.error IS 'What went wrong at the last attempt.';

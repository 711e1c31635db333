-- Who stands behind events and facts, what became of everybody's word, and what moved each status.
-- Filled a line at a time as its claims are reconciled; `qwen-watch rebuild` fills it for what was there before.

CREATE TABLE event_voices (
    event_id VARCHAR, document_id VARCHAR, claim_id VARCHAR, origin VARCHAR, name VARCHAR, outlet VARCHAR,
    role VARCHAR, against BOOLEAN, first_said_at TIMESTAMPTZ, since TIMESTAMPTZ
);
COMMENT ON TABLE event_voices IS 'A document that tells of an event now, with the independent voice behind it; the view voices shows it with its words.';
COMMENT ON COLUMN event_voices.event_id IS 'The event.';
COMMENT ON COLUMN event_voices.document_id IS 'Document that tells of it.';
COMMENT ON COLUMN event_voices.claim_id IS 'Its claim that says most about it.';
COMMENT ON COLUMN event_voices.origin IS 'Key of the independent voice behind it: the outlet''s name without case, article and punctuation.';
COMMENT ON COLUMN event_voices.name IS 'What that outlet calls itself.';
COMMENT ON COLUMN event_voices.outlet IS 'Key of the document''s own publisher, which is another one for copies and citations.';
COMMENT ON COLUMN event_voices.role IS 'first or independent (the voice''s own documents), copy (a copy or rewrite of its story), cites.';
COMMENT ON COLUMN event_voices.against IS 'True where the document says that it did not happen.';
COMMENT ON COLUMN event_voices.first_said_at IS 'When the voice was first heard on the event, by its own date.';
COMMENT ON COLUMN event_voices.since IS 'When this document was published.';

CREATE TABLE fact_voices (
    event_id VARCHAR, attribute VARCHAR, origin VARCHAR, name VARCHAR, tier VARCHAR, against BOOLEAN, guess BOOLEAN,
    known_from TIMESTAMPTZ, known_to TIMESTAMPTZ
);
COMMENT ON TABLE fact_voices IS 'An independent voice that stands, or stood, for a fact or against it; confidence_of weighs them.';
COMMENT ON COLUMN fact_voices.event_id IS 'Event of the fact.';
COMMENT ON COLUMN fact_voices.attribute IS 'Attribute of the fact.';
COMMENT ON COLUMN fact_voices.origin IS 'Key of the voice.';
COMMENT ON COLUMN fact_voices.name IS 'What the outlet calls itself.';
COMMENT ON COLUMN fact_voices.tier IS 'Weight of its word before it has a record: official, press, community, aggregator.';
COMMENT ON COLUMN fact_voices.against IS 'True where it holds the other value of an open conflict.';
COMMENT ON COLUMN fact_voices.guess IS 'True where it only guesses so.';
COMMENT ON COLUMN fact_voices.known_from IS 'From when on it stood there.';
COMMENT ON COLUMN fact_voices.known_to IS 'Until when (not included); null while it does.';

CREATE TABLE outcomes (
    event_id VARCHAR, attribute VARCHAR, origin VARCHAR, name VARCHAR, tier VARCHAR, result VARCHAR, first BOOLEAN,
    lead_hours DOUBLE, alone BOOLEAN, said_at TIMESTAMPTZ, settled_by VARCHAR,
    known_from TIMESTAMPTZ, known_to TIMESTAMPTZ
);
COMMENT ON TABLE outcomes IS 'What became of an independent voice''s word on an event (attribute event), or on one side of a conflict that is settled; scorecard adds them up.';
COMMENT ON COLUMN outcomes.event_id IS 'The event.';
COMMENT ON COLUMN outcomes.attribute IS 'event (that it happened), or the attribute of the conflict.';
COMMENT ON COLUMN outcomes.origin IS 'Key of the voice.';
COMMENT ON COLUMN outcomes.name IS 'What the outlet calls itself.';
COMMENT ON COLUMN outcomes.tier IS 'official, press, community, aggregator.';
COMMENT ON COLUMN outcomes.result IS 'right, wrong, corrected (it took a wrong word back), settled (its own word decided, so it is not judged by it), open (alone, and nothing has decided).';
COMMENT ON COLUMN outcomes.first IS 'True where it was the first of several voices to say that a confirmed event happened.';
COMMENT ON COLUMN outcomes.lead_hours IS 'How many hours before the next voice; null where it was not first.';
COMMENT ON COLUMN outcomes.alone IS 'True where no other voice said so until it was decided.';
COMMENT ON COLUMN outcomes.said_at IS 'When it first said so, by its own date.';
COMMENT ON COLUMN outcomes.settled_by IS 'Who or what decided; null while nothing did.';
COMMENT ON COLUMN outcomes.known_from IS 'From when on this was the outcome.';
COMMENT ON COLUMN outcomes.known_to IS 'Until when (not included); null while it is.';

CREATE TABLE status_changes (
    event_id VARCHAR, status_before VARCHAR, status VARCHAR, changed_at TIMESTAMPTZ, moved_by VARCHAR,
    document_id VARCHAR, claim_id VARCHAR, judgement_id VARCHAR
);
COMMENT ON TABLE status_changes IS 'A step of an event on the ladder, and what moved it; the view status_history shows it with the words.';
COMMENT ON COLUMN status_changes.event_id IS 'The event.';
COMMENT ON COLUMN status_changes.status_before IS 'Status until then; null where it first became known.';
COMMENT ON COLUMN status_changes.status IS 'Status from then on: rumoured, reported, corroborated, confirmed, denied, retracted.';
COMMENT ON COLUMN status_changes.changed_at IS 'When.';
COMMENT ON COLUMN status_changes.moved_by IS 'said (a document''s words), withdrawn (a document took them back), decided (by a person), regrouped (tellings of it turned out to be of another event).';
COMMENT ON COLUMN status_changes.document_id IS 'Document whose words, or whose withdrawal, moved it.';
COMMENT ON COLUMN status_changes.claim_id IS 'The claim that moved it.';
COMMENT ON COLUMN status_changes.judgement_id IS 'The decision that moved it.';

COMMENT ON COLUMN facts.confidence IS 'How likely it holds by the tiers of its voices alone, 0 to 1. confidence_of also counts how each voice has fared, and says why.';

-- What is held: entities, claims, and the events, facts and conflicts derived from them; people's judgements.

CREATE TABLE entities (entity_id VARCHAR, kind VARCHAR, name VARCHAR, parent_id VARCHAR, watched BOOLEAN);
COMMENT ON TABLE entities IS 'A person, organisation or model.';
COMMENT ON COLUMN entities.entity_id IS 'Id made from kind and name, the same for every spelling of the name.';
COMMENT ON COLUMN entities.kind IS 'person, organisation, model.';
COMMENT ON COLUMN entities.name IS 'Canonical name.';
COMMENT ON COLUMN entities.parent_id IS 'The wider organisation, or the wider model (family, series).';
COMMENT ON COLUMN entities.watched IS 'True where the watchlist names it.';

CREATE TABLE entity_names (entity_id VARCHAR, name VARCHAR, language VARCHAR, kind VARCHAR);
COMMENT ON TABLE entity_names IS 'One name of an entity.';
COMMENT ON COLUMN entity_names.entity_id IS 'Entity that bears it.';
COMMENT ON COLUMN entity_names.name IS 'The name as written.';
COMMENT ON COLUMN entity_names.language IS 'Language of the name; null where it belongs to none (a handle, a model).';
COMMENT ON COLUMN entity_names.kind IS 'canonical, alias (from the watchlist), handle, learned (seen in a document).';

CREATE TABLE claims (
    claim_id VARCHAR, document_id VARCHAR, event_id VARCHAR, event_type VARCHAR, metric VARCHAR, occurrence INTEGER,
    subject_id VARCHAR, subject_kind VARCHAR, subject_name VARCHAR, subject_aliases VARCHAR[],
    object_id VARCHAR, object_kind VARCHAR, object_name VARCHAR, object_aliases VARCHAR[],
    attribute VARCHAR, value_text VARCHAR, value_from DATE, value_to DATE, value_number DOUBLE, unit VARCHAR,
    bound VARCHAR, modality VARCHAR, attributed_to VARCHAR, quote VARCHAR, quote_start INTEGER, quote_end INTEGER,
    extractor VARCHAR, extractor_version VARCHAR, confidence DOUBLE, known_at TIMESTAMPTZ
);
COMMENT ON TABLE claims IS 'What one document says of one attribute of one event, in which words.';
COMMENT ON COLUMN claims.claim_id IS 'Id made from document, place, event, attribute and value.';
COMMENT ON COLUMN claims.document_id IS 'Document that says it.';
COMMENT ON COLUMN claims.event_id IS 'Event it was reconciled to; null where to none.';
COMMENT ON COLUMN claims.event_type IS 'departure, hire, appointment, founding, release, metric.';
COMMENT ON COLUMN claims.metric IS 'Name of the metric it speaks of, of events of type metric.';
COMMENT ON COLUMN claims.occurrence IS 'Tells apart events of one type and subject within the document, from 0.';
COMMENT ON COLUMN claims.subject_id IS 'Who left, came or was appointed; what was released or measured.';
COMMENT ON COLUMN claims.subject_kind IS 'person, organisation, model.';
COMMENT ON COLUMN claims.subject_name IS 'Fullest name of the subject in the document.';
COMMENT ON COLUMN claims.subject_aliases IS 'Its other names in the document.';
COMMENT ON COLUMN claims.object_id IS 'Organisation of a personnel event; null where none is named.';
COMMENT ON COLUMN claims.object_kind IS 'person, organisation, model.';
COMMENT ON COLUMN claims.object_name IS 'Fullest name of the object in the document.';
COMMENT ON COLUMN claims.object_aliases IS 'Its other names in the document.';
COMMENT ON COLUMN claims.attribute IS 'What is said of the event: event, date, announced, role, sizes, downloads and so on.';
COMMENT ON COLUMN claims.value_text IS 'The value as text; always there.';
COMMENT ON COLUMN claims.value_from IS 'First day of a date.';
COMMENT ON COLUMN claims.value_to IS 'Last day of a date; the first again where it is a single day.';
COMMENT ON COLUMN claims.value_number IS 'The value as a number, in units (not thousands or millions).';
COMMENT ON COLUMN claims.unit IS 'Unit of the number.';
COMMENT ON COLUMN claims.bound IS 'How the number is meant: exactly, at least, at most, about.';
COMMENT ON COLUMN claims.modality IS 'asserted, reported, speculated, denied.';
COMMENT ON COLUMN claims.attributed_to IS 'Whom the document names as the one who says so.';
COMMENT ON COLUMN claims.quote IS 'The exact words, a slice of the document''s text.';
COMMENT ON COLUMN claims.quote_start IS 'Where the quote begins in the text, in code points from 0.';
COMMENT ON COLUMN claims.quote_end IS 'Where the quote ends in the text (not included), in code points.';
COMMENT ON COLUMN claims.extractor IS 'What found it.';
COMMENT ON COLUMN claims.extractor_version IS 'Version of what found it.';
COMMENT ON COLUMN claims.confidence IS 'How sure the extractor is, 0 to 1.';
COMMENT ON COLUMN claims.known_at IS 'When we learned of it: the time of the document''s fetch.';

CREATE TABLE events (
    event_id VARCHAR, type VARCHAR, subject_id VARCHAR, object_id VARCHAR, metric VARCHAR, date_from DATE, date_to DATE,
    status VARCHAR, disputed BOOLEAN, documents INTEGER, origins INTEGER,
    first_known_at TIMESTAMPTZ, last_known_at TIMESTAMPTZ
);
COMMENT ON TABLE events IS 'Something that happened, as it is held now.';
COMMENT ON COLUMN events.event_id IS 'Id made from type, subject and the document that told of it first.';
COMMENT ON COLUMN events.type IS 'departure, hire, appointment, founding, release, metric.';
COMMENT ON COLUMN events.subject_id IS 'Who left, came or was appointed; what was released or measured.';
COMMENT ON COLUMN events.object_id IS 'Organisation of a personnel event.';
COMMENT ON COLUMN events.metric IS 'Name of the metric, of events of type metric.';
COMMENT ON COLUMN events.date_from IS 'First day on which it may have happened; null while nobody gives a date.';
COMMENT ON COLUMN events.date_to IS 'Last day on which it may have happened.';
COMMENT ON COLUMN events.status IS 'rumoured, reported, corroborated (two origins), confirmed, denied, retracted.';
COMMENT ON COLUMN events.disputed IS 'True while a conflict about it is open.';
COMMENT ON COLUMN events.documents IS 'How many documents tell of it.';
COMMENT ON COLUMN events.origins IS 'How many independent voices tell of it.';
COMMENT ON COLUMN events.first_known_at IS 'When we first learned of it.';
COMMENT ON COLUMN events.last_known_at IS 'When we last learned something of it.';

CREATE TABLE event_versions (
    event_id VARCHAR, type VARCHAR, subject_id VARCHAR, object_id VARCHAR, metric VARCHAR, date_from DATE, date_to DATE,
    status VARCHAR, disputed BOOLEAN, documents INTEGER, origins INTEGER,
    first_known_at TIMESTAMPTZ, last_known_at TIMESTAMPTZ, known_from TIMESTAMPTZ, known_to TIMESTAMPTZ
);
COMMENT ON TABLE event_versions IS 'An event as it was held for a time; events_as_of reads it.';
COMMENT ON COLUMN event_versions.event_id IS 'The event.';
COMMENT ON COLUMN event_versions.type IS 'departure, hire, appointment, founding, release, metric.';
COMMENT ON COLUMN event_versions.subject_id IS 'Who left, came or was appointed; what was released or measured.';
COMMENT ON COLUMN event_versions.object_id IS 'Organisation of a personnel event.';
COMMENT ON COLUMN event_versions.metric IS 'Name of the metric, of events of type metric.';
COMMENT ON COLUMN event_versions.date_from IS 'First day on which it may have happened; null while nobody gave a date.';
COMMENT ON COLUMN event_versions.date_to IS 'Last day on which it may have happened.';
COMMENT ON COLUMN event_versions.status IS 'rumoured, reported, corroborated (two origins), confirmed, denied, retracted.';
COMMENT ON COLUMN event_versions.disputed IS 'True while a conflict about it was open.';
COMMENT ON COLUMN event_versions.documents IS 'How many documents told of it.';
COMMENT ON COLUMN event_versions.origins IS 'How many independent voices told of it.';
COMMENT ON COLUMN event_versions.first_known_at IS 'When we first learned of the event.';
COMMENT ON COLUMN event_versions.last_known_at IS 'When we had last learned something of it.';
COMMENT ON COLUMN event_versions.known_from IS 'From when on it was held like this.';
COMMENT ON COLUMN event_versions.known_to IS 'Until when it was held like this (not included); null while it is.';

CREATE TABLE facts (
    fact_id VARCHAR, event_id VARCHAR, attribute VARCHAR, value_text VARCHAR, value_from DATE, value_to DATE,
    value_number DOUBLE, unit VARCHAR, bound VARCHAR, status VARCHAR, documents INTEGER, origins INTEGER,
    confidence DOUBLE, known_from TIMESTAMPTZ, known_to TIMESTAMPTZ
);
COMMENT ON TABLE facts IS 'What is, or was, held of one attribute of an event; known_to is null for what is held now.';
COMMENT ON COLUMN facts.fact_id IS 'Id of the fact.';
COMMENT ON COLUMN facts.event_id IS 'Event it is about.';
COMMENT ON COLUMN facts.attribute IS 'What it says of the event: event, date, announced, role, sizes, downloads and so on.';
COMMENT ON COLUMN facts.value_text IS 'The value as text; always there.';
COMMENT ON COLUMN facts.value_from IS 'First day of a date.';
COMMENT ON COLUMN facts.value_to IS 'Last day of a date; the first again where it is a single day.';
COMMENT ON COLUMN facts.value_number IS 'The value as a number, in units (not thousands or millions).';
COMMENT ON COLUMN facts.unit IS 'Unit of the number.';
COMMENT ON COLUMN facts.bound IS 'How the number is meant: exactly, at least, at most, about.';
COMMENT ON COLUMN facts.status IS 'rumoured, reported, corroborated (two origins), confirmed, denied, retracted.';
COMMENT ON COLUMN facts.documents IS 'How many documents say so.';
COMMENT ON COLUMN facts.origins IS 'How many independent voices say so.';
COMMENT ON COLUMN facts.confidence IS 'How sure its best claim is, 0 to 1.';
COMMENT ON COLUMN facts.known_from IS 'From when on it was held.';
COMMENT ON COLUMN facts.known_to IS 'Until when it was held (not included); null while it stands.';

CREATE TABLE conflicts (
    conflict_id VARCHAR, event_id VARCHAR, attribute VARCHAR, kind VARCHAR, left_value VARCHAR, right_value VARCHAR,
    left_origins INTEGER, right_origins INTEGER, left_claims VARCHAR[], right_claims VARCHAR[], severity VARCHAR,
    status VARCHAR, opened_at TIMESTAMPTZ, resolved_at TIMESTAMPTZ, resolution VARCHAR, resolved_by VARCHAR
);
COMMENT ON TABLE conflicts IS 'Two values of one attribute of one event that cannot both hold.';
COMMENT ON COLUMN conflicts.conflict_id IS 'Id made from event and attribute.';
COMMENT ON COLUMN conflicts.event_id IS 'Event it is about.';
COMMENT ON COLUMN conflicts.attribute IS 'Attribute that is disputed.';
COMMENT ON COLUMN conflicts.kind IS 'date, time zone, magnitude, value, set, presence.';
COMMENT ON COLUMN conflicts.left_value IS 'The value with more origins.';
COMMENT ON COLUMN conflicts.right_value IS 'The value against it.';
COMMENT ON COLUMN conflicts.left_origins IS 'How many independent voices say the left value.';
COMMENT ON COLUMN conflicts.right_origins IS 'How many independent voices say the right value.';
COMMENT ON COLUMN conflicts.left_claims IS 'Ids of the claims of the left value.';
COMMENT ON COLUMN conflicts.right_claims IS 'Ids of the claims of the right value.';
COMMENT ON COLUMN conflicts.severity IS 'low, medium, high.';
COMMENT ON COLUMN conflicts.status IS 'open, resolved.';
COMMENT ON COLUMN conflicts.opened_at IS 'When we learned of the second value.';
COMMENT ON COLUMN conflicts.resolved_at IS 'When it was resolved; null while open.';
COMMENT ON COLUMN conflicts.resolution IS 'How it was resolved, in words.';
COMMENT ON COLUMN conflicts.resolved_by IS 'Who or what resolved it.';

CREATE TABLE judgements (
    judgement_id VARCHAR, conflict_id VARCHAR, event_id VARCHAR, decision VARCHAR, value VARCHAR, reason VARCHAR,
    who VARCHAR, made_at TIMESTAMPTZ
);
COMMENT ON TABLE judgements IS 'What a person decided; it supersedes claims and never overwrites them.';
COMMENT ON COLUMN judgements.judgement_id IS 'Id of the judgement.';
COMMENT ON COLUMN judgements.conflict_id IS 'Conflict it decides; null where it is about an event.';
COMMENT ON COLUMN judgements.event_id IS 'Event it is about; null where it decides a conflict.';
COMMENT ON COLUMN judgements.decision IS 'What was decided.';
COMMENT ON COLUMN judgements.value IS 'The value that holds, where one was chosen.';
COMMENT ON COLUMN judgements.reason IS 'Why.';
COMMENT ON COLUMN judgements.who IS 'Who decided.';
COMMENT ON COLUMN judgements.made_at IS 'When.';

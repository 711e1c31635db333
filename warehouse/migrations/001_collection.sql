-- What comes in: sources, fetches, documents and their stories; runs and the problems they met.

CREATE TABLE schema_migrations (version INTEGER, name VARCHAR, applied_at TIMESTAMPTZ);
COMMENT ON TABLE schema_migrations IS 'One row a migration that was run on this database.';
COMMENT ON COLUMN schema_migrations.version IS 'Number of the migration; the highest one is the version of the database.';
COMMENT ON COLUMN schema_migrations.name IS 'What the migration is called.';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was run.';

CREATE TABLE warehouse_state (changes BIGINT, token VARCHAR, changed_at TIMESTAMPTZ, views_sha256 VARCHAR);
INSERT INTO warehouse_state (changes) VALUES (0);
COMMENT ON TABLE warehouse_state IS 'One row: which state of the database this is, so that a published copy can be told from a newer original.';
COMMENT ON COLUMN warehouse_state.changes IS 'How many times the database has been changed.';
COMMENT ON COLUMN warehouse_state.token IS 'Random mark of the last change; equal in a published copy and an original of the same content.';
COMMENT ON COLUMN warehouse_state.changed_at IS 'When it was last changed.';
COMMENT ON COLUMN warehouse_state.views_sha256 IS 'Digest of the definitions of the views and macros that are in place.';

CREATE TABLE sources (
    source_id VARCHAR, name VARCHAR, kind VARCHAR, url VARCHAR, publisher VARCHAR, language VARCHAR, tier VARCHAR,
    every_seconds BIGINT, enabled BOOLEAN, options JSON,
    status VARCHAR, last_checked_at TIMESTAMPTZ, last_changed_at TIMESTAMPTZ, next_check_at TIMESTAMPTZ,
    consecutive_failures INTEGER, last_error VARCHAR
);
COMMENT ON TABLE sources IS 'Something configured to be watched, and what its last checks left behind.';
COMMENT ON COLUMN sources.source_id IS 'Id made from the address.';
COMMENT ON COLUMN sources.name IS 'Name as configured.';
COMMENT ON COLUMN sources.kind IS 'How it is read: feed, listing, page, news_lines, hackernews, huggingface, github_releases.';
COMMENT ON COLUMN sources.url IS 'Address that is checked.';
COMMENT ON COLUMN sources.publisher IS 'Who publishes it; empty where each document names its own.';
COMMENT ON COLUMN sources.language IS 'Language as configured; null where each document tells its own.';
COMMENT ON COLUMN sources.tier IS 'Weight of its word: official, press, community, aggregator.';
COMMENT ON COLUMN sources.every_seconds IS 'Shortest time between two checks, in seconds.';
COMMENT ON COLUMN sources.enabled IS 'False where the configuration switched it off or names it no longer.';
COMMENT ON COLUMN sources.options IS 'Options of its kind, by name.';
COMMENT ON COLUMN sources.status IS 'ok, failing, gone (410), blocked (robots.txt), disabled.';
COMMENT ON COLUMN sources.last_checked_at IS 'When it was last asked; null before the first check.';
COMMENT ON COLUMN sources.last_changed_at IS 'When it last answered with something new.';
COMMENT ON COLUMN sources.next_check_at IS 'Not asked again before this moment; null before the first check.';
COMMENT ON COLUMN sources.consecutive_failures IS 'How many checks in a row have failed.';
COMMENT ON COLUMN sources.last_error IS 'What went wrong at the last failure; null after a success.';

CREATE TABLE fetches (
    fetch_id VARCHAR, source_id VARCHAR, url VARCHAR, final_url VARCHAR, requested_at TIMESTAMPTZ, duration_ms BIGINT,
    status INTEGER, outcome VARCHAR, bytes BIGINT, sha256 VARCHAR, content_type VARCHAR, etag VARCHAR,
    last_modified VARCHAR, archive_file VARCHAR, archive_offset BIGINT, error VARCHAR
);
COMMENT ON TABLE fetches IS 'An HTTP exchange.';
COMMENT ON COLUMN fetches.fetch_id IS 'Id of the exchange.';
COMMENT ON COLUMN fetches.source_id IS 'Source on whose behalf it was made.';
COMMENT ON COLUMN fetches.url IS 'Address as asked for.';
COMMENT ON COLUMN fetches.final_url IS 'Address that answered, after redirects.';
COMMENT ON COLUMN fetches.requested_at IS 'When it was asked.';
COMMENT ON COLUMN fetches.duration_ms IS 'Milliseconds until the answer was complete.';
COMMENT ON COLUMN fetches.status IS 'HTTP status; null where no answer came.';
COMMENT ON COLUMN fetches.outcome IS 'new, unchanged (304, or the body held already), error, blocked.';
COMMENT ON COLUMN fetches.bytes IS 'Size of the body in bytes, inflated.';
COMMENT ON COLUMN fetches.sha256 IS 'SHA-256 of the body; null where there was none.';
COMMENT ON COLUMN fetches.content_type IS 'Content-Type as it came.';
COMMENT ON COLUMN fetches.etag IS 'ETag as it came, to be sent back with the next request.';
COMMENT ON COLUMN fetches.last_modified IS 'Last-Modified as it came, to be sent back with the next request.';
COMMENT ON COLUMN fetches.archive_file IS 'WARC file under archive/ that holds the body.';
COMMENT ON COLUMN fetches.archive_offset IS 'Byte offset of the record in that file.';
COMMENT ON COLUMN fetches.error IS 'What went wrong, in one line; null where nothing did.';

CREATE TABLE documents (
    document_id VARCHAR, url VARCHAR, source_id VARCHAR, publisher VARCHAR, tier VARCHAR, title VARCHAR, author VARCHAR,
    published_at TIMESTAMPTZ, published_offset_minutes INTEGER, published_from VARCHAR, modified_at TIMESTAMPTZ,
    fetched_at TIMESTAMPTZ, language VARCHAR, text VARCHAR, text_sha256 VARCHAR, story_id VARCHAR, story_role VARCHAR,
    revision_of VARCHAR, archive_file VARCHAR, archive_offset BIGINT
);
COMMENT ON TABLE documents IS 'One version of an article or release note: its text and what is known about it.';
COMMENT ON COLUMN documents.document_id IS 'Id made from address and text.';
COMMENT ON COLUMN documents.url IS 'Canonical address.';
COMMENT ON COLUMN documents.source_id IS 'Source that led to it.';
COMMENT ON COLUMN documents.publisher IS 'Who published it.';
COMMENT ON COLUMN documents.tier IS 'Weight of its word: official, press, community, aggregator.';
COMMENT ON COLUMN documents.title IS 'Title of the article.';
COMMENT ON COLUMN documents.author IS 'Author as the page names one.';
COMMENT ON COLUMN documents.published_at IS 'When it was published.';
COMMENT ON COLUMN documents.published_offset_minutes IS 'Distance from UTC, in minutes, of the clock the publication date was written by.';
COMMENT ON COLUMN documents.published_from IS 'Where the publication date was found; learned where the time we learned of it stands in.';
COMMENT ON COLUMN documents.modified_at IS 'When it was last modified, as it says itself.';
COMMENT ON COLUMN documents.fetched_at IS 'When we learned of this version.';
COMMENT ON COLUMN documents.language IS 'Language of the text, such as en or zh.';
COMMENT ON COLUMN documents.text IS 'The article as plain text (NFC), a paragraph a line; quotes are slices of it.';
COMMENT ON COLUMN documents.text_sha256 IS 'SHA-256 of the text.';
COMMENT ON COLUMN documents.story_id IS 'Story it belongs to.';
COMMENT ON COLUMN documents.story_role IS 'origin, copy, rewrite, or revision (another version of one address).';
COMMENT ON COLUMN documents.revision_of IS 'Document of the same address that this one replaced.';
COMMENT ON COLUMN documents.archive_file IS 'WARC file under archive/ that holds the page.';
COMMENT ON COLUMN documents.archive_offset IS 'Byte offset of the record in that file.';

CREATE TABLE stories (
    story_id VARCHAR, origin_document_id VARCHAR, first_seen_at TIMESTAMPTZ, documents INTEGER, publishers INTEGER
);
COMMENT ON TABLE stories IS 'The documents that are copies or rewrites of one original.';
COMMENT ON COLUMN stories.story_id IS 'Id made from the document of it that was known first.';
COMMENT ON COLUMN stories.origin_document_id IS 'The document that was published first.';
COMMENT ON COLUMN stories.first_seen_at IS 'When we learned of the first of them.';
COMMENT ON COLUMN stories.documents IS 'How many documents it has.';
COMMENT ON COLUMN stories.publishers IS 'How many publishers carried it.';

CREATE TABLE fingerprints (document_id VARCHAR, hash BIGINT);
COMMENT ON TABLE fingerprints IS 'The smallest shingle hashes of a text, up to 16 rows a document: near-copies share some.';
COMMENT ON COLUMN fingerprints.document_id IS 'Document whose text it is.';
COMMENT ON COLUMN fingerprints.hash IS '63-bit hash of one shingle.';

CREATE TABLE runs (
    run_id VARCHAR, flow VARCHAR, started_at TIMESTAMPTZ, finished_at TIMESTAMPTZ, state VARCHAR, counts JSON
);
COMMENT ON TABLE runs IS 'One run of a flow.';
COMMENT ON COLUMN runs.run_id IS 'Id of the run.';
COMMENT ON COLUMN runs.flow IS 'Flow that ran: monitor, deliver, digest, ingest.';
COMMENT ON COLUMN runs.started_at IS 'When it began.';
COMMENT ON COLUMN runs.finished_at IS 'When it ended; null while it runs.';
COMMENT ON COLUMN runs.state IS 'How it ended.';
COMMENT ON COLUMN runs.counts IS 'What it did, as counts by name: counts->>''documents''.';

CREATE TABLE problems (
    problem_id VARCHAR, run_id VARCHAR, stage VARCHAR, item VARCHAR, message VARCHAR, noticed_at TIMESTAMPTZ
);
COMMENT ON TABLE problems IS 'An expected failure on one item; the run went on with the rest.';
COMMENT ON COLUMN problems.problem_id IS 'Id made from run, stage, item and message.';
COMMENT ON COLUMN problems.run_id IS 'Run that met it.';
COMMENT ON COLUMN problems.stage IS 'Stage of the work: fetch, read, extract and so on.';
COMMENT ON COLUMN problems.item IS 'What it was about: an address, a file, a record.';
COMMENT ON COLUMN problems.message IS 'What went wrong, and what to do.';
COMMENT ON COLUMN problems.noticed_at IS 'When it was met.';

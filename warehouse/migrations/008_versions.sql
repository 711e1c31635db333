-- What tells a document from other versions of its address.

ALTER TABLE documents ADD COLUMN version VARCHAR;
UPDATE documents SET version = CASE
    WHEN tier = 'official'
        AND (contains(published_from, ':') OR starts_with(published_from, 'meta ')
            OR published_from IN ('JSON-LD', 'front matter'))
    THEN text_sha256 || ' ' || ((published_at AT TIME ZONE 'UTC') + to_minutes(published_offset_minutes))::DATE
    ELSE text_sha256
END;
COMMENT ON COLUMN documents.version IS 'Differs between two versions of an address: the hash of the text, and of an official page also the day it states as its date.';

-- What the next requests need to know of each address: fetches grow with every check, this with every article.

CREATE TABLE asked (
    source_id VARCHAR, url VARCHAR, first_asked_at TIMESTAMPTZ, first_answered_at TIMESTAMPTZ, answered_at TIMESTAMPTZ,
    etag VARCHAR, last_modified VARCHAR, sha256 VARCHAR
);
INSERT INTO asked
SELECT
    source_id, url, min(requested_at), min(requested_at) FILTER (answered), max(requested_at) FILTER (answered),
    latest.etag, latest.last_modified, latest.sha256
FROM (
    SELECT
        *, outcome IN ('new', 'unchanged') AND sha256 IS NOT NULL AS answered,
        max_by(struct_pack(etag, last_modified, sha256), (requested_at, fetch_id))
            FILTER (outcome IN ('new', 'unchanged') AND sha256 IS NOT NULL) OVER (PARTITION BY source_id, url) AS latest
    FROM fetches
)
GROUP BY source_id, url, latest
ORDER BY min(requested_at);
COMMENT ON TABLE asked IS 'What is remembered of an address that was asked for a source: made of the fetches, for the next request.';
COMMENT ON COLUMN asked.source_id IS 'Source it was asked for.';
COMMENT ON COLUMN asked.url IS 'Address as it was asked.';
COMMENT ON COLUMN asked.first_asked_at IS 'When it was first asked for.';
COMMENT ON COLUMN asked.first_answered_at IS 'When it first answered; null while it never did.';
COMMENT ON COLUMN asked.answered_at IS 'When it last answered.';
COMMENT ON COLUMN asked.etag IS 'ETag of the last answer, as it came.';
COMMENT ON COLUMN asked.last_modified IS 'Last-Modified of the last answer, as it came.';
COMMENT ON COLUMN asked.sha256 IS 'Hash of the last answer''s body.';

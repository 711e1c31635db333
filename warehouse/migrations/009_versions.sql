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

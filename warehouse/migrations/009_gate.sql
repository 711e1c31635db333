-- Why exchanges came to nothing, how bodies were decoded, and which bodies break their reader.

ALTER TABLE fetches ADD COLUMN failure VARCHAR;
COMMENT ON COLUMN fetches.failure IS 'Kind of the error: dns, certificate, tls, refused, reset, timeout, too_large, truncated, not_http, redirects, forbidden_address, robots, status, not a feed, secret, unreadable; null where nothing went wrong.';

ALTER TABLE documents ADD COLUMN charset VARCHAR;
ALTER TABLE documents ADD COLUMN charset_reason VARCHAR;
COMMENT ON COLUMN documents.charset IS 'Character set that its bytes were read in; null where it was not noted, as before version 9.';
COMMENT ON COLUMN documents.charset_reason IS 'Why that one: byte-order mark, header, XML declaration, meta element, valid UTF-8 whatever is declared, or detected.';

CREATE TABLE quarantine (
    sha256 VARCHAR, source_id VARCHAR, url VARCHAR, rules VARCHAR, tries INTEGER, error VARCHAR,
    first_failed_at TIMESTAMPTZ, last_failed_at TIMESTAMPTZ
);
COMMENT ON TABLE quarantine IS 'A body that broke its reader or the process it ran in. After three tries it is not read again until the reading has changed; a body that is read at last leaves the table.';
COMMENT ON COLUMN quarantine.sha256 IS 'Hash of the body.';
COMMENT ON COLUMN quarantine.source_id IS 'Source on whose behalf it was fetched.';
COMMENT ON COLUMN quarantine.url IS 'Address it came from last.';
COMMENT ON COLUMN quarantine.rules IS 'Version of the reading that failed on it.';
COMMENT ON COLUMN quarantine.tries IS 'How often that version failed; from 3 on it is left alone.';
COMMENT ON COLUMN quarantine.error IS 'What went wrong at the last try.';
COMMENT ON COLUMN quarantine.first_failed_at IS 'When that version failed on it first.';
COMMENT ON COLUMN quarantine.last_failed_at IS 'When it was last tried.';

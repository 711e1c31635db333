-- What is remembered of hosts and their robots.txt, and what tells how a source is doing.

CREATE TABLE hosts (
    host VARCHAR, last_asked_at TIMESTAMPTZ, spacing_seconds DOUBLE, failures INTEGER, open_until TIMESTAMPTZ,
    last_error VARCHAR
);
COMMENT ON TABLE hosts IS 'A host that was asked: how it is spaced, and whether it is left alone for a while.';
COMMENT ON COLUMN hosts.host IS 'Name without www.';
COMMENT ON COLUMN hosts.last_asked_at IS 'When the last request to it began.';
COMMENT ON COLUMN hosts.spacing_seconds IS 'Seconds kept between the starts of two requests: fetch.spacing, or its Crawl-delay.';
COMMENT ON COLUMN hosts.failures IS 'How many exchanges in a row, over all of its sources, failed as a host does: no connection, time-outs, 5xx, 429.';
COMMENT ON COLUMN hosts.open_until IS 'Left alone until then; null where it is not.';
COMMENT ON COLUMN hosts.last_error IS 'What went wrong last; null after a success.';

CREATE TABLE robots (
    origin VARCHAR, access VARCHAR, fresh_until TIMESTAMPTZ, body VARCHAR, etag VARCHAR, last_modified VARCHAR,
    sha256 VARCHAR, error VARCHAR
);
COMMENT ON TABLE robots IS 'A robots.txt file as it was last had (RFC 9309).';
COMMENT ON COLUMN robots.origin IS 'Scheme, host and port that it is for.';
COMMENT ON COLUMN robots.access IS 'rules (those of the body), all (there is no such file), none (it cannot be had, so nothing is asked).';
COMMENT ON COLUMN robots.fresh_until IS 'Asked for again from then on.';
COMMENT ON COLUMN robots.body IS 'Its text; empty where there is none.';
COMMENT ON COLUMN robots.etag IS 'ETag as it came.';
COMMENT ON COLUMN robots.last_modified IS 'Last-Modified as it came.';
COMMENT ON COLUMN robots.sha256 IS 'Hash of the body.';
COMMENT ON COLUMN robots.error IS 'Why it could not be had at the last try.';

ALTER TABLE sources ADD COLUMN failure VARCHAR;
ALTER TABLE sources ADD COLUMN failing_since TIMESTAMPTZ;
ALTER TABLE sources ADD COLUMN last_good_at TIMESTAMPTZ;
ALTER TABLE sources ADD COLUMN last_news_at TIMESTAMPTZ;
ALTER TABLE sources ADD COLUMN news INTEGER;
ALTER TABLE sources ADD COLUMN longest_silence_seconds DOUBLE;
ALTER TABLE sources ADD COLUMN quiet_since TIMESTAMPTZ;
ALTER TABLE sources ADD COLUMN interval_seconds DOUBLE;
ALTER TABLE sources ADD COLUMN ttl_seconds DOUBLE;
ALTER TABLE sources ADD COLUMN moved_to VARCHAR;
ALTER TABLE sources ADD COLUMN moved_checks INTEGER;
ALTER TABLE sources ADD COLUMN own_address_at TIMESTAMPTZ;
COMMENT ON COLUMN sources.failure IS 'Kind of the failures in a row: as in fetches, such as dns, certificate, timeout, status, robots, not a feed; null while it answers.';
COMMENT ON COLUMN sources.failing_since IS 'When the failures in a row began.';
COMMENT ON COLUMN sources.last_good_at IS 'When it last answered as it should.';
COMMENT ON COLUMN sources.last_news_at IS 'When it last brought a new document.';
COMMENT ON COLUMN sources.news IS 'How many checks brought something new.';
COMMENT ON COLUMN sources.longest_silence_seconds IS 'Seconds of its longest wait between two checks that brought something.';
COMMENT ON COLUMN sources.quiet_since IS 'Since when it answers, but lists nothing any more, or is silent for far longer than it ever was.';
COMMENT ON COLUMN sources.interval_seconds IS 'Seconds between two checks that its own news led to.';
COMMENT ON COLUMN sources.ttl_seconds IS 'Seconds that its feed says it stays as it is.';
COMMENT ON COLUMN sources.moved_to IS 'Where permanent redirects lead.';
COMMENT ON COLUMN sources.moved_checks IS 'For how many checks in a row; from the third on the new address is asked itself.';
COMMENT ON COLUMN sources.own_address_at IS 'When the configured address was last asked.';
UPDATE sources SET news = 0, moved_checks = 0, last_good_at = CASE WHEN status = 'ok' THEN last_checked_at END;
UPDATE sources SET last_news_at = found.latest, news = found.checks
FROM (SELECT source_id, max(fetched_at) AS latest, count(DISTINCT fetched_at) AS checks FROM documents GROUP BY source_id) AS found
WHERE found.source_id = sources.source_id;

-- Why exchanges came to nothing.

ALTER TABLE fetches ADD COLUMN failure VARCHAR;
COMMENT ON COLUMN fetches.failure IS 'Kind of the error: dns, certificate, tls, refused, reset, timeout, too_large, truncated, not_http, redirects, forbidden_address, robots, status, unreadable; null where nothing went wrong.';

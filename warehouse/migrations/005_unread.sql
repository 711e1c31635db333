-- Documents that broke the extraction, kept until rules can read them.

CREATE TABLE unread (document_id VARCHAR, rules VARCHAR, error VARCHAR, failed_at TIMESTAMPTZ);
COMMENT ON TABLE unread IS 'A stored document whose extraction failed, so that nothing was taken from it yet. It is tried again when the rules have changed.';
COMMENT ON COLUMN unread.document_id IS 'Document.';
COMMENT ON COLUMN unread.rules IS 'Fingerprint of the rules (program, lexicons, watchlist) that failed on it.';
COMMENT ON COLUMN unread.error IS 'What went wrong, and where in the program.';
COMMENT ON COLUMN unread.failed_at IS 'When it was last tried.';

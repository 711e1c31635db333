-- How a document is to be read: as running text, or as the lines of a record.

ALTER TABLE documents ADD COLUMN form VARCHAR;
UPDATE documents SET form = 'article';
COMMENT ON COLUMN documents.form IS 'article (running text), hub_model, library_entry, release_note, news_line (records).';
COMMENT ON COLUMN sources.kind IS 'How it is read: feed, listing, page, news_lines, hackernews, huggingface, github_releases, model_library.';
COMMENT ON COLUMN claims.attribute IS 'What is said of the event: event, date, announced, role, sizes, downloads and so on. update and packagings are said of a model that is out already, and of no event.';

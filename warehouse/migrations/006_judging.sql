-- What people decide about which tellings are one event, and what a rebuild has to know.

ALTER TABLE judgements ADD COLUMN claims VARCHAR[];
ALTER TABLE judgements ADD COLUMN other_claims VARCHAR[];
UPDATE judgements SET claims = [], other_claims = [];
COMMENT ON COLUMN judgements.decision IS 'Of a conflict resolve, reopen; of an event confirm, retract, reopen, merge, split.';
COMMENT ON COLUMN judgements.claims IS 'Claims of the one side of a merge or split; empty for other decisions.';
COMMENT ON COLUMN judgements.other_claims IS 'Claims of the other side: after a merge all tell of one event, after a split of two.';

CREATE TABLE summed_up (dedupe_key VARCHAR, alert_id VARCHAR);
COMMENT ON TABLE summed_up IS 'Changes of the ledger that one alert told of together, so that none is raised on its own.';
COMMENT ON COLUMN summed_up.dedupe_key IS 'Names the fact and its transition, as in alerts.';
COMMENT ON COLUMN summed_up.alert_id IS 'Alert that tells of it.';

ALTER TABLE warehouse_state ADD COLUMN rules VARCHAR;
COMMENT ON COLUMN warehouse_state.rules IS 'Fingerprint of the rules that made all claims; mixed where several did, null where it is not known.';

-- Views and macros over the tables. Created again as a whole whenever this file changes.

CREATE OR REPLACE MACRO events_as_of(moment) AS TABLE
    SELECT * FROM event_versions
    WHERE known_from <= moment::TIMESTAMPTZ AND (known_to IS NULL OR known_to > moment::TIMESTAMPTZ);
COMMENT ON MACRO TABLE events_as_of IS 'The events as we held them at a moment, with the columns of event_versions: FROM events_as_of(''2026-03-04 12:00:00+00'').';

CREATE OR REPLACE MACRO facts_as_of(moment) AS TABLE
    SELECT * FROM facts
    WHERE known_from <= moment::TIMESTAMPTZ AND (known_to IS NULL OR known_to > moment::TIMESTAMPTZ);
COMMENT ON MACRO TABLE facts_as_of IS 'The facts as we held them at a moment, with the columns of facts: FROM facts_as_of(''2026-03-04 12:00:00+00'').';

CREATE OR REPLACE VIEW personnel_changes AS
WITH held AS (
    SELECT
        event_id,
        arg_max(value_text, origins) FILTER (WHERE attribute = 'organisation') AS organisation,
        arg_max(value_text, origins) FILTER (WHERE attribute = 'role') AS role,
        arg_max(value_text, origins) FILTER (WHERE attribute = 'successor') AS successor,
        arg_max(value_text, origins) FILTER (WHERE attribute = 'destination') AS destination,
        arg_max(value_text, origins) FILTER (WHERE attribute = 'reason') AS reason
    FROM facts
    WHERE known_to IS NULL
    GROUP BY event_id
)
SELECT
    CASE WHEN subject.kind = 'person' THEN subject.name END AS person,
    events.type AS change,
    coalesce(organisation.name, held.organisation, CASE WHEN subject.kind = 'organisation' THEN subject.name END)
        AS organisation,
    held.role, events.date_from, events.date_to, events.status, events.disputed, events.documents, events.origins,
    events.first_known_at, held.successor, held.destination, held.reason, events.event_id
FROM events
LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
LEFT JOIN entities AS organisation ON organisation.entity_id = events.object_id
LEFT JOIN held ON held.event_id = events.event_id
WHERE events.type IN ('departure', 'hire', 'appointment', 'founding');
COMMENT ON VIEW personnel_changes IS 'Departures, hires, appointments and foundings, as held now.';
COMMENT ON COLUMN personnel_changes.person IS 'Who left, came or was appointed; null where only the post is spoken of (see successor).';
COMMENT ON COLUMN personnel_changes.change IS 'departure, hire, appointment, founding.';
COMMENT ON COLUMN personnel_changes.organisation IS 'Organisation that was left, joined or founded.';
COMMENT ON COLUMN personnel_changes.role IS 'Role that was held or taken.';
COMMENT ON COLUMN personnel_changes.date_from IS 'First day on which it may have happened; null while nobody gives a date.';
COMMENT ON COLUMN personnel_changes.date_to IS 'Last day on which it may have happened.';
COMMENT ON COLUMN personnel_changes.status IS 'rumoured, reported, corroborated (two origins), confirmed, denied, retracted.';
COMMENT ON COLUMN personnel_changes.disputed IS 'True while a conflict about it is open.';
COMMENT ON COLUMN personnel_changes.documents IS 'How many documents tell of it.';
COMMENT ON COLUMN personnel_changes.origins IS 'How many independent voices tell of it.';
COMMENT ON COLUMN personnel_changes.first_known_at IS 'When we first learned of it.';
COMMENT ON COLUMN personnel_changes.successor IS 'What is held of a successor: named (whom) or not named; null where nobody speaks of one.';
COMMENT ON COLUMN personnel_changes.destination IS 'Where the person went.';
COMMENT ON COLUMN personnel_changes.reason IS 'Why.';
COMMENT ON COLUMN personnel_changes.event_id IS 'The event.';

CREATE OR REPLACE VIEW model_releases AS
WITH RECURSIVE ancestry(entity_id, ancestor_id) AS (
    SELECT entity_id, entity_id FROM entities WHERE kind = 'model'
    UNION
    SELECT ancestry.entity_id, entities.parent_id
    FROM ancestry JOIN entities ON entities.entity_id = ancestry.ancestor_id
    WHERE entities.parent_id IS NOT NULL
),
root AS (
    SELECT ancestry.entity_id, model.entity_id AS root_id, model.name
    FROM ancestry JOIN entities AS model ON model.entity_id = ancestry.ancestor_id
    WHERE model.kind = 'model'
        AND NOT EXISTS (
            FROM entities AS wider WHERE wider.entity_id = model.parent_id AND wider.kind = 'model'
        )
),
-- A family is a generation: the widest model there is, or that name with a version number (Tern: Tern2.5).
family AS (
    SELECT ancestry.entity_id, coalesce(max(model.name), min(root.name)) AS name
    FROM ancestry
    JOIN root ON root.entity_id = ancestry.entity_id
    LEFT JOIN entities AS model
        ON model.entity_id = ancestry.ancestor_id AND starts_with(model.name, root.name)
        AND regexp_full_match(substr(model.name, length(root.name) + 1), '[- ]?[vV]?[0-9]+([.][0-9]+)*')
    GROUP BY ancestry.entity_id
),
held AS (
    SELECT
        event_id,
        arg_max(value_text, origins) FILTER (WHERE attribute = 'sizes') AS sizes,
        arg_max(value_number, origins) FILTER (WHERE attribute = 'parameters') AS parameters,
        arg_max(value_number, origins) FILTER (WHERE attribute = 'parameters_active') AS parameters_active,
        arg_max(value_number, origins) FILTER (WHERE attribute = 'context_tokens') AS context_tokens,
        arg_max(value_text, origins) FILTER (WHERE attribute = 'license') AS license,
        arg_max(value_text, origins) FILTER (WHERE attribute = 'availability') AS availability
    FROM facts
    WHERE known_to IS NULL
    GROUP BY event_id
)
SELECT
    model.name AS model, coalesce(family.name, model.name) AS family, events.date_from AS released_from,
    events.date_to AS released_to, held.sizes, held.parameters, held.parameters_active, held.context_tokens,
    held.license, held.availability, events.status, events.disputed, events.documents, events.origins,
    events.first_known_at, events.event_id
FROM events
LEFT JOIN entities AS model ON model.entity_id = events.subject_id
LEFT JOIN family ON family.entity_id = events.subject_id
LEFT JOIN held ON held.event_id = events.event_id
WHERE events.type = 'release';
COMMENT ON VIEW model_releases IS 'Releases of models, as held now.';
COMMENT ON COLUMN model_releases.model IS 'Model that was released.';
COMMENT ON COLUMN model_releases.family IS 'The generation it belongs to, such as Qwen3.5; the widest model there is where none is numbered.';
COMMENT ON COLUMN model_releases.released_from IS 'First day on which it may have been released; null while nobody gives a date.';
COMMENT ON COLUMN model_releases.released_to IS 'Last day on which it may have been released.';
COMMENT ON COLUMN model_releases.sizes IS 'Sizes it comes in, separated by commas.';
COMMENT ON COLUMN model_releases.parameters IS 'Number of parameters.';
COMMENT ON COLUMN model_releases.parameters_active IS 'Number of parameters active for one token.';
COMMENT ON COLUMN model_releases.context_tokens IS 'Length of the context, in tokens.';
COMMENT ON COLUMN model_releases.license IS 'Licence, by its SPDX name where one fits.';
COMMENT ON COLUMN model_releases.availability IS 'open weights, API.';
COMMENT ON COLUMN model_releases.status IS 'rumoured, reported, corroborated (two origins), confirmed, denied, retracted.';
COMMENT ON COLUMN model_releases.disputed IS 'True while a conflict about it is open.';
COMMENT ON COLUMN model_releases.documents IS 'How many documents tell of it.';
COMMENT ON COLUMN model_releases.origins IS 'How many independent voices tell of it.';
COMMENT ON COLUMN model_releases.first_known_at IS 'When we first learned of it.';
COMMENT ON COLUMN model_releases.event_id IS 'The event.';

CREATE OR REPLACE MACRO release_place(kind, form, url, tier) AS
    CASE
        WHEN regexp_matches(url, '^[a-z]+://([a-z0-9-]+[.])*modelscope[.](cn|ai)(/|$)') THEN 'modelscope'
        WHEN form = 'hub_model' OR kind = 'huggingface' THEN 'hugging face'
        WHEN form = 'library_entry' OR kind = 'model_library' THEN 'ollama'
        WHEN form = 'release_note' OR kind = 'github_releases' THEN 'github'
        WHEN form = 'news_line' OR kind = 'news_lines' THEN 'readme'
        WHEN regexp_matches(url, '^[a-z]+://([a-z0-9-]+[.])*(huggingface[.]co|hf[.]co)(/|$)') THEN 'hugging face'
        WHEN regexp_matches(url, '^[a-z]+://([a-z0-9-]+[.])*ollama[.](com|ai)(/|$)') THEN 'ollama'
        WHEN regexp_matches(url, '^[a-z]+://(raw[.]githubusercontent[.]com/|(www[.])?github[.]com/.*/README)') THEN 'readme'
        WHEN regexp_matches(url, '^[a-z]+://(www[.])?github[.]com(/|$)') THEN 'github'
        WHEN tier = 'official' THEN 'blog'
        WHEN tier = 'community' THEN 'community'
        ELSE 'press'
    END;
COMMENT ON MACRO release_place IS 'Where a document tells of a release, by its source''s kind, its own form, its address and the weight of its word: blog, readme, hugging face, github, ollama, modelscope, press, community.';

CREATE OR REPLACE VIEW release_places AS
WITH RECURSIVE ancestry(entity_id, ancestor_id) AS (
    SELECT entity_id, parent_id FROM entities WHERE kind = 'model' AND parent_id IS NOT NULL
    UNION
    SELECT ancestry.entity_id, entities.parent_id
    FROM ancestry JOIN entities ON entities.entity_id = ancestry.ancestor_id
    WHERE entities.parent_id IS NOT NULL
),
released AS (
    SELECT
        events.event_id, events.subject_id, model.name AS model, model.parent_id, parent.name AS parent,
        events.date_from, string_split(held.value_text, ', ') AS sizes
    FROM events
    JOIN entities AS model ON model.entity_id = events.subject_id
    LEFT JOIN entities AS parent ON parent.entity_id = model.parent_id
    LEFT JOIN facts AS held
        ON held.event_id = events.event_id AND held.attribute = 'sizes' AND held.known_to IS NULL
    WHERE events.type = 'release' AND events.status NOT IN ('denied', 'retracted')
),
-- A series and its members come out together, and not every place names both: the hub has only the members.
member AS (
    SELECT wide.event_id AS wide_id, narrow.event_id AS narrow_id, abs(wide.date_from - narrow.date_from) AS apart
    FROM released AS wide
    JOIN released AS narrow ON wide.subject_id <> narrow.subject_id AND abs(wide.date_from - narrow.date_from) <= 14
    -- The widest name of all, such as Qwen, is no series.
    WHERE (wide.parent IS NOT NULL
            AND EXISTS (FROM ancestry WHERE entity_id = narrow.subject_id AND ancestor_id = wide.subject_id))
        OR (wide.parent_id = narrow.parent_id AND list_contains(wide.sizes, substr(narrow.model, length(narrow.parent) + 2)))
),
kin AS (
    SELECT wide_id AS event_id, narrow_id AS kin_id, apart FROM member
    UNION ALL
    SELECT narrow_id, wide_id, apart FROM member
),
direct AS (
    SELECT
        released.event_id, released.model,
        release_place(sources.kind, documents.form, documents.url, documents.tier) AS place,
        min(claims.known_at) AS first_seen, min(documents.published_at) AS published_at,
        arg_min(documents.url, (claims.known_at, documents.published_at, documents.document_id)) AS url,
        arg_min(claims.value_from, (claims.known_at, claims.claim_id))
            FILTER (WHERE claims.attribute = 'date' AND replaced.document_id IS NULL) AS said_from,
        arg_min(claims.value_to, (claims.known_at, claims.claim_id))
            FILTER (WHERE claims.attribute = 'date' AND replaced.document_id IS NULL) AS said_to,
        count(DISTINCT documents.document_id) AS documents
    FROM claims
    JOIN released ON released.event_id = claims.event_id
    JOIN documents ON documents.document_id = claims.document_id
    LEFT JOIN sources ON sources.source_id = documents.source_id
    LEFT JOIN (SELECT DISTINCT revision_of AS document_id FROM documents WHERE revision_of IS NOT NULL) AS replaced
        ON replaced.document_id = claims.document_id
    WHERE claims.modality IN ('asserted', 'reported')
    GROUP BY ALL
),
told AS (
    SELECT event_id, model, place, first_seen, published_at, url, said_from, said_to, documents, NULL::VARCHAR AS through FROM direct
    UNION ALL
    SELECT
        released.event_id, released.model, near.place, near.first_seen, near.published_at, near.url, near.said_from,
        near.said_to, near.documents, near.model AS through
    FROM released
    JOIN kin ON kin.event_id = released.event_id
    JOIN direct AS near ON near.event_id = kin.kin_id
    WHERE NOT EXISTS (
        FROM direct AS own WHERE own.event_id = released.event_id AND own.place = near.place
    )
    QUALIFY row_number() OVER (
        PARTITION BY released.event_id, near.place ORDER BY kin.apart, near.first_seen, near.model
    ) = 1
)
SELECT
    model, place, first_seen, said_from, said_to,
    round(date_diff('minute', min(first_seen) OVER release, first_seen) / 1440, 1) AS lag_days,
    said_from - min(said_from) OVER release AS said_lag_days,
    url, through, documents, published_at, event_id
FROM told
WINDOW release AS (PARTITION BY event_id)
ORDER BY min(first_seen) OVER release, model, event_id, first_seen, said_from, place;
COMMENT ON VIEW release_places IS 'Where each release was told of, one row a place: when it was seen there, which day it gives, and how far it is behind the first place.';
COMMENT ON COLUMN release_places.model IS 'Model that was released.';
COMMENT ON COLUMN release_places.place IS 'blog, readme, hugging face, github, ollama, modelscope, press, community.';
COMMENT ON COLUMN release_places.first_seen IS 'When we first saw it told of there.';
COMMENT ON COLUMN release_places.said_from IS 'First day on which it may have been released, as the place says; null where it gives none.';
COMMENT ON COLUMN release_places.said_to IS 'Last day on which it may have been released, as the place says.';
COMMENT ON COLUMN release_places.lag_days IS 'Days from the first place that we saw it at to this one; the first has 0.';
COMMENT ON COLUMN release_places.said_lag_days IS 'Days from the earliest day that any place gives to the one that this place gives.';
COMMENT ON COLUMN release_places.url IS 'The first document there.';
COMMENT ON COLUMN release_places.through IS 'The member or series by whose name the place tells of it, within 14 days; null where it names the model itself.';
COMMENT ON COLUMN release_places.documents IS 'How many documents tell of it there.';
COMMENT ON COLUMN release_places.published_at IS 'When the earliest document there was published; of a news line only the day is known.';
COMMENT ON COLUMN release_places.event_id IS 'The release.';

CREATE OR REPLACE VIEW missing_places AS
WITH seen AS MATERIALIZED (FROM release_places),
weights AS (
    SELECT DISTINCT event_id FROM facts
    WHERE attribute = 'availability' AND value_text = 'open weights' AND known_to IS NULL
        AND status NOT IN ('rumoured', 'denied', 'retracted')
),
told AS (
    SELECT
        event_id, any_value(model) AS model, list(DISTINCT place ORDER BY place) AS told_at,
        string_agg(DISTINCT place, ', ' ORDER BY place) AS everywhere,
        string_agg(DISTINCT place, ', ' ORDER BY place) FILTER (WHERE place NOT IN ('press', 'community')) AS official,
        bool_or(place = 'hugging face') AS on_hub, bool_or(place = 'blog') AS on_blog
    FROM seen GROUP BY event_id
),
-- A place that tells of no release at all is not watched.
watched AS (SELECT bool_or(place = 'hugging face') AS hub, bool_or(place = 'blog') AS blog FROM seen),
announced AS (
    SELECT told.*, events.first_known_at AS since, weights.event_id IS NOT NULL AS has_weights
    FROM told
    JOIN events ON events.event_id = told.event_id
    LEFT JOIN weights ON weights.event_id = told.event_id
    -- What was old when it came to our notice is not looked for.
    WHERE coalesce(events.date_to, DATE 'infinity') >= events.first_known_at::DATE - 14
),
lacking AS (
    SELECT announced.*, 'hugging face' AS missing, 'weights announced, and none on the hub' AS why
    FROM announced, watched WHERE has_weights AND NOT on_hub AND watched.hub
    UNION ALL
    SELECT announced.*, 'blog', 'out at ' || official || ', and no post'
    FROM announced, watched WHERE official IS NOT NULL AND NOT on_blog AND watched.blog
    UNION ALL
    SELECT announced.*, 'any official place', 'told of by ' || everywhere || ' alone'
    FROM announced WHERE official IS NULL
)
SELECT model, missing, why, since, told_at, event_id
FROM lacking
ORDER BY since DESC, model, missing;
COMMENT ON VIEW missing_places IS 'Where a release should be told of and is not: weights that are announced and not on the hub, models that are out without a post, releases that only outsiders tell of.';
COMMENT ON COLUMN missing_places.model IS 'Model that was released.';
COMMENT ON COLUMN missing_places.missing IS 'hugging face, blog, any official place. A place counts only if it tells of some release.';
COMMENT ON COLUMN missing_places.why IS 'What leads to expect it there.';
COMMENT ON COLUMN missing_places.since IS 'When we first learned of the release.';
COMMENT ON COLUMN missing_places.told_at IS 'Where it is told of.';
COMMENT ON COLUMN missing_places.event_id IS 'The release.';

CREATE OR REPLACE VIEW status_steps AS
SELECT
    subject.name AS subject, versions.type, versions.status, min(versions.known_from) AS reached_at, versions.event_id
FROM event_versions AS versions
LEFT JOIN entities AS subject ON subject.entity_id = versions.subject_id
GROUP BY ALL
ORDER BY reached_at, subject, versions.type, versions.event_id, versions.status;
COMMENT ON VIEW status_steps IS 'When each event first stood at each status: how long a rumour took to be confirmed or denied.';
COMMENT ON COLUMN status_steps.subject IS 'Who or what it is about.';
COMMENT ON COLUMN status_steps.type IS 'departure, hire, appointment, founding, release, metric.';
COMMENT ON COLUMN status_steps.status IS 'rumoured, reported, corroborated (two origins), confirmed, denied, retracted.';
COMMENT ON COLUMN status_steps.reached_at IS 'When it was first held at this status.';
COMMENT ON COLUMN status_steps.event_id IS 'The event.';

CREATE OR REPLACE VIEW dispute_outcomes AS
WITH side AS (
    SELECT conflict_id, 'left' AS side, left_value AS value, unnest(left_claims) AS claim_id FROM conflicts
    UNION ALL
    SELECT conflict_id, 'right', right_value, unnest(right_claims) FROM conflicts
)
SELECT
    subject.name AS subject, events.type AS event_type, conflicts.attribute, conflicts.kind, documents.publisher,
    side.value, side.value = conflicts.resolution AS was_right, conflicts.opened_at, conflicts.resolved_at,
    conflicts.resolved_by, count(DISTINCT documents.document_id) AS documents, conflicts.conflict_id
FROM side
JOIN conflicts ON conflicts.conflict_id = side.conflict_id
JOIN claims ON claims.claim_id = side.claim_id
JOIN documents ON documents.document_id = claims.document_id
LEFT JOIN (SELECT DISTINCT event_id, type, subject_id FROM event_versions) AS events
    ON events.event_id = conflicts.event_id
LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
GROUP BY ALL
ORDER BY conflicts.opened_at, subject, conflicts.attribute, documents.publisher, side.value;
COMMENT ON VIEW dispute_outcomes IS 'Who said what in every conflict, and whether it was right: one row a publisher and value.';
COMMENT ON COLUMN dispute_outcomes.subject IS 'Who or what it is about.';
COMMENT ON COLUMN dispute_outcomes.event_type IS 'departure, hire, appointment, founding, release, metric.';
COMMENT ON COLUMN dispute_outcomes.attribute IS 'Attribute that is, or was, disputed.';
COMMENT ON COLUMN dispute_outcomes.kind IS 'date, time zone, magnitude, value, set, presence.';
COMMENT ON COLUMN dispute_outcomes.publisher IS 'Who says it, also where it was taken over from another.';
COMMENT ON COLUMN dispute_outcomes.value IS 'What it says.';
COMMENT ON COLUMN dispute_outcomes.was_right IS 'Whether the conflict was resolved for this value; null while it is open, or where it was resolved for none.';
COMMENT ON COLUMN dispute_outcomes.opened_at IS 'When we learned of the second value.';
COMMENT ON COLUMN dispute_outcomes.resolved_at IS 'When it was resolved; null while open.';
COMMENT ON COLUMN dispute_outcomes.resolved_by IS 'Who or what resolved it.';
COMMENT ON COLUMN dispute_outcomes.documents IS 'How many of its documents say so.';
COMMENT ON COLUMN dispute_outcomes.conflict_id IS 'The conflict.';

CREATE OR REPLACE MACRO changes_since(moment) AS TABLE
    SELECT
        subject.name AS subject, events.type, facts.attribute, lag(facts.value_text) OVER held AS before,
        facts.value_text AS now, facts.status, facts.known_from AS changed_at, facts.event_id
    FROM facts
    JOIN events ON events.event_id = facts.event_id
    LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
    WINDOW held AS (PARTITION BY facts.event_id, facts.attribute ORDER BY facts.known_from)
    QUALIFY facts.known_from >= moment::TIMESTAMPTZ AND lag(facts.value_text) OVER held IS DISTINCT FROM facts.value_text
    ORDER BY changed_at, subject, events.type, facts.event_id, facts.attribute;
COMMENT ON MACRO TABLE changes_since IS 'What came to be held since a moment, and what was held before it (null where nothing was): FROM changes_since(now() - INTERVAL 7 DAY).';

CREATE OR REPLACE VIEW metrics AS
SELECT
    subject.name AS subject, events.metric, figure.value_number AS value, figure.bound, figure.unit, figure.value_text,
    coalesce(as_of.value_from, events.date_from) AS as_of_from, coalesce(as_of.value_to, events.date_to) AS as_of_to,
    events.status, events.disputed, events.documents, events.origins, events.first_known_at, events.event_id
FROM events
JOIN facts AS figure
    ON figure.event_id = events.event_id AND figure.attribute = events.metric AND figure.known_to IS NULL
LEFT JOIN facts AS as_of
    ON as_of.event_id = events.event_id AND as_of.attribute = 'as_of' AND as_of.known_to IS NULL
LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
WHERE events.type = 'metric';
COMMENT ON VIEW metrics IS 'Figures such as downloads or stars, as held now, each with the time it speaks of.';
COMMENT ON COLUMN metrics.subject IS 'Model or organisation that was measured.';
COMMENT ON COLUMN metrics.metric IS 'downloads, derivative_models, stars, citations, arena_rank and so on.';
COMMENT ON COLUMN metrics.value IS 'The figure, in units (not thousands or millions).';
COMMENT ON COLUMN metrics.bound IS 'How the figure is meant: exactly, at least, at most, about.';
COMMENT ON COLUMN metrics.unit IS 'Unit of the figure.';
COMMENT ON COLUMN metrics.value_text IS 'The figure as text.';
COMMENT ON COLUMN metrics.as_of_from IS 'First day of the time it speaks of.';
COMMENT ON COLUMN metrics.as_of_to IS 'Last day of the time it speaks of.';
COMMENT ON COLUMN metrics.status IS 'rumoured, reported, corroborated (two origins), confirmed, denied, retracted.';
COMMENT ON COLUMN metrics.disputed IS 'True while a conflict about it is open.';
COMMENT ON COLUMN metrics.documents IS 'How many documents tell of it.';
COMMENT ON COLUMN metrics.origins IS 'How many independent voices tell of it.';
COMMENT ON COLUMN metrics.first_known_at IS 'When we first learned of it.';
COMMENT ON COLUMN metrics.event_id IS 'The event.';

CREATE OR REPLACE VIEW evidence AS
SELECT
    documents.url AS document_url, documents.publisher, documents.published_at, claims.event_type,
    coalesce(subject.name, claims.subject_name) AS subject,
    CASE WHEN claims.object_kind = 'organisation' THEN coalesce(object.name, claims.object_name) END AS organisation,
    claims.attribute, claims.value_text, claims.value_from, claims.value_to, claims.value_number, claims.modality,
    claims.attributed_to, claims.quote, claims.unit, claims.bound, claims.confidence, claims.known_at, documents.tier,
    documents.story_id, documents.title, replaced.document_id IS NULL AS standing, claims.document_id,
    claims.claim_id, claims.event_id, claims.subject_id
FROM claims
JOIN documents ON documents.document_id = claims.document_id
LEFT JOIN entities AS subject ON subject.entity_id = claims.subject_id
LEFT JOIN entities AS object ON object.entity_id = claims.object_id
LEFT JOIN (SELECT DISTINCT revision_of AS document_id FROM documents WHERE revision_of IS NOT NULL) AS replaced
    ON replaced.document_id = claims.document_id;
COMMENT ON VIEW evidence IS 'Every claim with its words and who says them: one row a claim of one document.';
COMMENT ON COLUMN evidence.document_url IS 'Canonical address of the document.';
COMMENT ON COLUMN evidence.publisher IS 'Who published it.';
COMMENT ON COLUMN evidence.published_at IS 'When it was published.';
COMMENT ON COLUMN evidence.event_type IS 'departure, hire, appointment, founding, release, metric.';
COMMENT ON COLUMN evidence.subject IS 'Canonical name of who or what it is about.';
COMMENT ON COLUMN evidence.organisation IS 'Canonical name of the organisation of a personnel event.';
COMMENT ON COLUMN evidence.attribute IS 'What is said of the event: event, date, announced, role, sizes, downloads and so on.';
COMMENT ON COLUMN evidence.value_text IS 'The value as text; always there.';
COMMENT ON COLUMN evidence.value_from IS 'First day of a date.';
COMMENT ON COLUMN evidence.value_to IS 'Last day of a date; the first again where it is a single day.';
COMMENT ON COLUMN evidence.value_number IS 'The value as a number, in units (not thousands or millions).';
COMMENT ON COLUMN evidence.modality IS 'asserted, reported, speculated, denied.';
COMMENT ON COLUMN evidence.attributed_to IS 'Whom the document names as the one who says so.';
COMMENT ON COLUMN evidence.quote IS 'The exact words, a slice of the document''s text.';
COMMENT ON COLUMN evidence.unit IS 'Unit of the number.';
COMMENT ON COLUMN evidence.bound IS 'How the number is meant: exactly, at least, at most, about.';
COMMENT ON COLUMN evidence.confidence IS 'How sure the extractor is, 0 to 1.';
COMMENT ON COLUMN evidence.known_at IS 'When we learned of it.';
COMMENT ON COLUMN evidence.tier IS 'Weight of the document''s word: official, press, community, aggregator.';
COMMENT ON COLUMN evidence.story_id IS 'Story of the document; copies and rewrites share it.';
COMMENT ON COLUMN evidence.title IS 'Title of the document.';
COMMENT ON COLUMN evidence.standing IS 'False where a revision has replaced the document.';
COMMENT ON COLUMN evidence.document_id IS 'The document.';
COMMENT ON COLUMN evidence.claim_id IS 'The claim.';
COMMENT ON COLUMN evidence.event_id IS 'Event it was reconciled to; null where to none.';
COMMENT ON COLUMN evidence.subject_id IS 'Entity it is about.';

CREATE OR REPLACE MACRO who_said(words) AS TABLE
    SELECT publisher, attributed_to, modality, published_at, quote, subject, attribute, value_text, document_url, claim_id
    FROM evidence
    WHERE contains(lower(quote), lower(words))
    ORDER BY published_at, document_url, attribute, value_text;
COMMENT ON MACRO TABLE who_said IS 'Whose words these are: every claim whose quote has them, earliest publication first: FROM who_said(''step down'').';

CREATE OR REPLACE VIEW conflict_sides AS
WITH side AS (
    SELECT conflict_id, 'left' AS side, unnest(left_claims) AS claim_id FROM conflicts
    UNION ALL
    SELECT conflict_id, 'right' AS side, unnest(right_claims) AS claim_id FROM conflicts
),
spoken AS (
    SELECT
        side.conflict_id,
        list(evidence.quote ORDER BY evidence.published_at, evidence.claim_id)
            FILTER (WHERE side.side = 'left') AS left_quotes,
        list(evidence.publisher ORDER BY evidence.published_at, evidence.claim_id)
            FILTER (WHERE side.side = 'left') AS left_publishers,
        list(evidence.document_url ORDER BY evidence.published_at, evidence.claim_id)
            FILTER (WHERE side.side = 'left') AS left_urls,
        list(evidence.quote ORDER BY evidence.published_at, evidence.claim_id)
            FILTER (WHERE side.side = 'right') AS right_quotes,
        list(evidence.publisher ORDER BY evidence.published_at, evidence.claim_id)
            FILTER (WHERE side.side = 'right') AS right_publishers,
        list(evidence.document_url ORDER BY evidence.published_at, evidence.claim_id)
            FILTER (WHERE side.side = 'right') AS right_urls
    FROM side JOIN evidence ON evidence.claim_id = side.claim_id
    GROUP BY side.conflict_id
)
SELECT
    subject.name AS subject, events.type AS event_type, conflicts.attribute, conflicts.kind, conflicts.severity,
    conflicts.left_value, conflicts.left_origins, spoken.left_quotes, spoken.left_publishers, spoken.left_urls,
    conflicts.right_value, conflicts.right_origins, spoken.right_quotes, spoken.right_publishers,
    spoken.right_urls, conflicts.status, conflicts.opened_at, conflicts.resolved_at, conflicts.resolution,
    conflicts.resolved_by, conflicts.event_id, conflicts.conflict_id
FROM conflicts
LEFT JOIN (SELECT DISTINCT event_id, type, subject_id FROM event_versions) AS events
    ON events.event_id = conflicts.event_id
LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
LEFT JOIN spoken ON spoken.conflict_id = conflicts.conflict_id;
COMMENT ON VIEW conflict_sides IS 'Every conflict, open or resolved, both sides with their words and who says them.';
COMMENT ON COLUMN conflict_sides.subject IS 'Who or what it is about.';
COMMENT ON COLUMN conflict_sides.event_type IS 'departure, hire, appointment, founding, release, metric.';
COMMENT ON COLUMN conflict_sides.attribute IS 'Attribute that is disputed.';
COMMENT ON COLUMN conflict_sides.kind IS 'date, time zone, magnitude, value, set, presence.';
COMMENT ON COLUMN conflict_sides.severity IS 'low, medium, high.';
COMMENT ON COLUMN conflict_sides.left_value IS 'The value with more origins.';
COMMENT ON COLUMN conflict_sides.left_origins IS 'How many independent voices say the left value.';
COMMENT ON COLUMN conflict_sides.left_quotes IS 'Their words, earliest publication first.';
COMMENT ON COLUMN conflict_sides.left_publishers IS 'Who published them, in the order of left_quotes.';
COMMENT ON COLUMN conflict_sides.left_urls IS 'Where they stand, in the order of left_quotes.';
COMMENT ON COLUMN conflict_sides.right_value IS 'The value against it.';
COMMENT ON COLUMN conflict_sides.right_origins IS 'How many independent voices say the right value.';
COMMENT ON COLUMN conflict_sides.right_quotes IS 'Their words, earliest publication first.';
COMMENT ON COLUMN conflict_sides.right_publishers IS 'Who published them, in the order of right_quotes.';
COMMENT ON COLUMN conflict_sides.right_urls IS 'Where they stand, in the order of right_quotes.';
COMMENT ON COLUMN conflict_sides.status IS 'open, resolved.';
COMMENT ON COLUMN conflict_sides.opened_at IS 'When we learned of the second value.';
COMMENT ON COLUMN conflict_sides.resolved_at IS 'When it was resolved; null while open.';
COMMENT ON COLUMN conflict_sides.resolution IS 'How it was resolved, in words.';
COMMENT ON COLUMN conflict_sides.resolved_by IS 'Who or what resolved it.';
COMMENT ON COLUMN conflict_sides.event_id IS 'Event it is about.';
COMMENT ON COLUMN conflict_sides.conflict_id IS 'The conflict.';

CREATE OR REPLACE VIEW open_conflicts AS
SELECT
    subject, event_type, attribute, kind, severity, left_value, left_origins, left_quotes, left_publishers, left_urls,
    right_value, right_origins, right_quotes, right_publishers, right_urls, opened_at, event_id, conflict_id
FROM conflict_sides
WHERE status = 'open';
COMMENT ON VIEW open_conflicts IS 'What sources disagree about now, both sides with their words and who says them.';
COMMENT ON COLUMN open_conflicts.subject IS 'Who or what it is about.';
COMMENT ON COLUMN open_conflicts.event_type IS 'departure, hire, appointment, founding, release, metric.';
COMMENT ON COLUMN open_conflicts.attribute IS 'Attribute that is disputed.';
COMMENT ON COLUMN open_conflicts.kind IS 'date, time zone, magnitude, value, set, presence.';
COMMENT ON COLUMN open_conflicts.severity IS 'low, medium, high.';
COMMENT ON COLUMN open_conflicts.left_value IS 'The value with more origins.';
COMMENT ON COLUMN open_conflicts.left_origins IS 'How many independent voices say the left value.';
COMMENT ON COLUMN open_conflicts.left_quotes IS 'Their words, earliest publication first.';
COMMENT ON COLUMN open_conflicts.left_publishers IS 'Who published them, in the order of left_quotes.';
COMMENT ON COLUMN open_conflicts.left_urls IS 'Where they stand, in the order of left_quotes.';
COMMENT ON COLUMN open_conflicts.right_value IS 'The value against it.';
COMMENT ON COLUMN open_conflicts.right_origins IS 'How many independent voices say the right value.';
COMMENT ON COLUMN open_conflicts.right_quotes IS 'Their words, earliest publication first.';
COMMENT ON COLUMN open_conflicts.right_publishers IS 'Who published them, in the order of right_quotes.';
COMMENT ON COLUMN open_conflicts.right_urls IS 'Where they stand, in the order of right_quotes.';
COMMENT ON COLUMN open_conflicts.opened_at IS 'When we learned of the second value.';
COMMENT ON COLUMN open_conflicts.event_id IS 'Event it is about.';
COMMENT ON COLUMN open_conflicts.conflict_id IS 'The conflict.';

CREATE OR REPLACE VIEW source_health AS
WITH asked AS (
    SELECT
        source_id, count(*) AS fetches, count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged,
        count(*) FILTER (WHERE outcome = 'error') AS errors
    FROM fetches GROUP BY source_id
),
found AS (
    SELECT source_id, count(*) AS documents, max(fetched_at) AS last_document_at FROM documents GROUP BY source_id
)
SELECT
    sources.name, sources.kind, sources.publisher, sources.tier, sources.status, sources.consecutive_failures,
    sources.last_error, sources.last_checked_at, sources.last_changed_at, sources.next_check_at,
    sources.failure, sources.failing_since, sources.last_good_at, sources.last_news_at, sources.quiet_since,
    to_seconds(coalesce(sources.interval_seconds, sources.every_seconds)::DOUBLE) AS check_interval,
    CASE WHEN sources.moved_checks >= 3 THEN sources.moved_to END AS moved_to, hosts.open_until AS host_rests_until,
    coalesce(asked.fetches, 0) AS fetches, coalesce(asked.unchanged, 0) AS unchanged,
    coalesce(asked.errors, 0) AS errors, coalesce(found.documents, 0) AS documents, found.last_document_at,
    sources.url, sources.source_id
FROM sources
LEFT JOIN asked ON asked.source_id = sources.source_id
LEFT JOIN found ON found.source_id = sources.source_id
LEFT JOIN hosts ON hosts.host = regexp_replace(lower(regexp_extract(sources.url, '^\w+://([^/:?#]+)', 1)), '^www\.', '');
COMMENT ON VIEW source_health IS 'How each source is doing.';
COMMENT ON COLUMN source_health.name IS 'Name as configured.';
COMMENT ON COLUMN source_health.kind IS 'How it is read.';
COMMENT ON COLUMN source_health.publisher IS 'Who publishes it; empty where each document names its own.';
COMMENT ON COLUMN source_health.tier IS 'Weight of its word: official, press, community, aggregator.';
COMMENT ON COLUMN source_health.status IS 'ok, failing, gone (410), blocked (robots.txt), disabled.';
COMMENT ON COLUMN source_health.consecutive_failures IS 'How many checks in a row have failed.';
COMMENT ON COLUMN source_health.last_error IS 'What went wrong at the last failure; null after a success.';
COMMENT ON COLUMN source_health.last_checked_at IS 'When it was last asked; null before the first check.';
COMMENT ON COLUMN source_health.last_changed_at IS 'When it last answered with something new.';
COMMENT ON COLUMN source_health.next_check_at IS 'Not asked again before this moment.';
COMMENT ON COLUMN source_health.failure IS 'Kind of failure while it fails: as in fetches, such as dns, certificate, timeout, status, robots, not a feed.';
COMMENT ON COLUMN source_health.failing_since IS 'When the failures in a row began.';
COMMENT ON COLUMN source_health.last_good_at IS 'When it last answered as it should.';
COMMENT ON COLUMN source_health.last_news_at IS 'When it last brought a new document.';
COMMENT ON COLUMN source_health.quiet_since IS 'Since when it lists nothing any more, or is silent for far longer than it ever was.';
COMMENT ON COLUMN source_health.check_interval IS 'Time between two checks that its own news led to.';
COMMENT ON COLUMN source_health.moved_to IS 'Where it is asked instead, after permanent redirects that held.';
COMMENT ON COLUMN source_health.host_rests_until IS 'Until when its whole host is left alone after failures in a row.';
COMMENT ON COLUMN source_health.fetches IS 'How many exchanges were made for it.';
COMMENT ON COLUMN source_health.unchanged IS 'How many of them brought nothing new.';
COMMENT ON COLUMN source_health.errors IS 'How many of them failed.';
COMMENT ON COLUMN source_health.documents IS 'How many documents it led to.';
COMMENT ON COLUMN source_health.last_document_at IS 'When we learned of the last of them.';
COMMENT ON COLUMN source_health.url IS 'Address that is checked.';
COMMENT ON COLUMN source_health.source_id IS 'The source.';

CREATE OR REPLACE VIEW timeline AS
SELECT
    events.date_from, events.date_to, events.type, subject.name AS subject, object.name AS object, events.metric,
    CASE
        WHEN events.type = 'metric' THEN concat_ws(
            ' ', subject.name, events.metric || ':', nullif(figure.bound, 'exactly'),
            CASE WHEN figure.value_number = floor(figure.value_number)
                THEN format('{:,}', figure.value_number::BIGINT) ELSE figure.value_text END
        )
        ELSE concat_ws(' ', subject.name || ':', events.type, '(' || object.name || ')')
    END AS what,
    events.status, events.disputed, events.documents, events.origins, events.first_known_at, events.event_id
FROM events
LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
LEFT JOIN entities AS object ON object.entity_id = events.object_id
LEFT JOIN facts AS figure
    ON figure.event_id = events.event_id AND figure.attribute = events.metric AND figure.known_to IS NULL
ORDER BY events.date_from, events.date_to, events.first_known_at, events.event_id;
COMMENT ON VIEW timeline IS 'All events in the order in which they happened; those without a date last.';
COMMENT ON COLUMN timeline.date_from IS 'First day on which it may have happened; null while nobody gives a date.';
COMMENT ON COLUMN timeline.date_to IS 'Last day on which it may have happened.';
COMMENT ON COLUMN timeline.type IS 'departure, hire, appointment, founding, release, metric.';
COMMENT ON COLUMN timeline.subject IS 'Who or what it is about.';
COMMENT ON COLUMN timeline.object IS 'Organisation of a personnel event.';
COMMENT ON COLUMN timeline.metric IS 'Name of the metric, of events of type metric.';
COMMENT ON COLUMN timeline.what IS 'The event in a few words.';
COMMENT ON COLUMN timeline.status IS 'rumoured, reported, corroborated (two origins), confirmed, denied, retracted.';
COMMENT ON COLUMN timeline.disputed IS 'True while a conflict about it is open.';
COMMENT ON COLUMN timeline.documents IS 'How many documents tell of it.';
COMMENT ON COLUMN timeline.origins IS 'How many independent voices tell of it.';
COMMENT ON COLUMN timeline.first_known_at IS 'When we first learned of it.';
COMMENT ON COLUMN timeline.event_id IS 'The event.';

CREATE OR REPLACE VIEW voices AS
SELECT
    told.event_id, told.origin, documents.publisher,
    CASE WHEN told.role = 'copy' AND documents.story_role = 'rewrite' THEN 'rewrite' ELSE told.role END AS role,
    told.since, documents.url AS document_url, claims.quote, told.name AS voice, told.against, documents.tier,
    told.first_said_at, claims.attributed_to, claims.modality, documents.title, told.outlet, told.document_id,
    told.claim_id
FROM event_voices AS told
JOIN documents ON documents.document_id = told.document_id
JOIN claims ON claims.claim_id = told.claim_id;
COMMENT ON VIEW voices IS 'Who tells of each event now: one row a document, with the independent voice behind it. count(DISTINCT origin) is the number of voices.';
COMMENT ON COLUMN voices.event_id IS 'The event.';
COMMENT ON COLUMN voices.origin IS 'Key of the independent voice: the outlet''s name without case, article and punctuation.';
COMMENT ON COLUMN voices.publisher IS 'Who published this document.';
COMMENT ON COLUMN voices.role IS 'first (of the voice that said so first), independent, copy or rewrite (of another outlet''s story), cites (gives another outlet''s word).';
COMMENT ON COLUMN voices.since IS 'When this document was published.';
COMMENT ON COLUMN voices.document_url IS 'Canonical address of the document.';
COMMENT ON COLUMN voices.quote IS 'Its words that say most about the event.';
COMMENT ON COLUMN voices.voice IS 'What the outlet of the independent voice calls itself.';
COMMENT ON COLUMN voices.against IS 'True where the document says that it did not happen.';
COMMENT ON COLUMN voices.tier IS 'Weight of the document''s word: official, press, community, aggregator.';
COMMENT ON COLUMN voices.first_said_at IS 'When the independent voice was first heard on the event, by its own date.';
COMMENT ON COLUMN voices.attributed_to IS 'Whom the quoted words are attributed to.';
COMMENT ON COLUMN voices.modality IS 'asserted, reported, speculated, denied.';
COMMENT ON COLUMN voices.title IS 'Title of the document.';
COMMENT ON COLUMN voices.outlet IS 'Key of the document''s own publisher; scorecard has the same.';
COMMENT ON COLUMN voices.document_id IS 'The document.';
COMMENT ON COLUMN voices.claim_id IS 'The claim that is quoted.';

CREATE OR REPLACE MACRO wilson_low(successes, trials) AS
    CASE WHEN trials > 0 THEN greatest(0, (
        least(successes / trials, 1) + 1.96 * 1.96 / (2 * trials)
        - 1.96 * sqrt(
            least(successes / trials, 1) * (1 - least(successes / trials, 1)) / trials
            + 1.96 * 1.96 / (4 * trials * trials)
        )
    ) / (1 + 1.96 * 1.96 / trials)) ELSE 0.0 END;
COMMENT ON MACRO wilson_low IS 'Lower end of the Wilson interval (95 %) of a share: of 1 in 1 it is 0.21, of 20 in 20 it is 0.84.';
CREATE OR REPLACE MACRO wilson_high(successes, trials) AS
    CASE WHEN trials > 0 THEN least(1, (
        least(successes / trials, 1) + 1.96 * 1.96 / (2 * trials)
        + 1.96 * sqrt(
            least(successes / trials, 1) * (1 - least(successes / trials, 1)) / trials
            + 1.96 * 1.96 / (4 * trials * trials)
        )
    ) / (1 + 1.96 * 1.96 / trials)) ELSE 1.0 END;
COMMENT ON MACRO wilson_high IS 'Upper end of the Wilson interval (95 %) of a share.';

CREATE OR REPLACE MACRO scorecard_as_of(moment) AS TABLE
    SELECT
        origin, min(name) AS publisher, arg_max(tier, (known_from, tier)) AS tier,
        count(*) FILTER (WHERE first) AS first,
        median(lead_hours) FILTER (WHERE first) AS lead_hours,
        count(*) FILTER (WHERE result = 'right') AS "right",
        count(*) FILTER (WHERE result = 'wrong') AS wrong,
        count(*) FILTER (WHERE result = 'corrected') AS corrected,
        count(*) FILTER (WHERE result IN ('right', 'wrong', 'corrected')) AS settled,
        count(*) FILTER (WHERE alone AND result = 'right') AS alone_confirmed,
        count(*) FILTER (WHERE alone AND result <> 'right') AS alone_unconfirmed
    FROM outcomes
    WHERE known_from <= moment::TIMESTAMPTZ AND (known_to IS NULL OR known_to > moment::TIMESTAMPTZ)
    GROUP BY origin;
COMMENT ON MACRO TABLE scorecard_as_of IS 'How each independent voice had fared by a moment, in counts; the columns are explained at scorecard: FROM scorecard_as_of(''2026-03-04 12:00:00+00'').';

CREATE OR REPLACE VIEW scorecard AS
WITH told AS (
    SELECT
        told.outlet AS origin, min(documents.publisher) AS publisher, arg_max(documents.tier, told.since) AS tier,
        count(DISTINCT told.event_id) AS events,
        count(DISTINCT told.event_id) FILTER (WHERE told.role IN ('first', 'independent')) AS independent,
        count(DISTINCT told.event_id) FILTER (WHERE told.role IN ('copy', 'cites')) AS repeated
    FROM event_voices AS told
    JOIN documents ON documents.document_id = told.document_id
    GROUP BY told.outlet
),
confirmed AS (
    SELECT told.origin, count(DISTINCT told.event_id) AS events
    FROM event_voices AS told
    JOIN events ON events.event_id = told.event_id
    WHERE events.status = 'confirmed' AND NOT told.against
    GROUP BY told.origin
),
fared AS (FROM scorecard_as_of('infinity'))
SELECT
    coalesce(fared.publisher, told.publisher) AS publisher, coalesce(fared.tier, told.tier) AS tier,
    coalesce(told.events, 0) AS events, coalesce(told.independent, 0) AS independent,
    coalesce(told.repeated, 0) AS repeated, coalesce(confirmed.events, 0) AS confirmed,
    coalesce(fared.first, 0) AS first, round(fared.lead_hours, 1) AS lead_hours,
    coalesce(fared."right", 0) AS "right", coalesce(fared.wrong, 0) AS wrong,
    coalesce(fared.corrected, 0) AS corrected, coalesce(fared.settled, 0) AS settled,
    round(fared."right" / nullif(fared.settled, 0), 4) AS right_rate,
    round(wilson_low(coalesce(fared."right", 0), coalesce(fared.settled, 0)), 4) AS right_low,
    round(wilson_high(coalesce(fared."right", 0), coalesce(fared.settled, 0)), 4) AS right_high,
    coalesce(fared.alone_confirmed, 0) AS alone_confirmed, coalesce(fared.alone_unconfirmed, 0) AS alone_unconfirmed,
    round(fared.first / nullif(confirmed.events, 0), 4) AS first_rate,
    round(wilson_low(coalesce(fared.first, 0), coalesce(confirmed.events, 0)), 4) AS first_low,
    round(wilson_high(coalesce(fared.first, 0), coalesce(confirmed.events, 0)), 4) AS first_high,
    coalesce(fared.origin, told.origin) AS origin
FROM fared
FULL JOIN told ON told.origin = fared.origin
LEFT JOIN confirmed ON confirmed.origin = coalesce(fared.origin, told.origin);
COMMENT ON VIEW scorecard IS 'How each publisher has fared: who is first, who is right, who repeats others. Measured on events that were confirmed, denied or withdrawn and on conflicts that are settled. The rates come with their 95 % intervals, so that 1 of 1 is not 100 %.';
COMMENT ON COLUMN scorecard.publisher IS 'What the outlet calls itself.';
COMMENT ON COLUMN scorecard.tier IS 'official, press, community, aggregator.';
COMMENT ON COLUMN scorecard.events IS 'How many events it tells of.';
COMMENT ON COLUMN scorecard.independent IS 'How many of them in a voice of its own.';
COMMENT ON COLUMN scorecard.repeated IS 'How many of them in copies of others'' stories, or citing others.';
COMMENT ON COLUMN scorecard.confirmed IS 'How many confirmed events have its word, whoever gives it.';
COMMENT ON COLUMN scorecard.first IS 'How often it was the first of several voices with what was confirmed.';
COMMENT ON COLUMN scorecard.lead_hours IS 'By how many hours, at the median.';
COMMENT ON COLUMN scorecard.right IS 'How many of its words held, said before they were settled. Events, and sides of conflicts.';
COMMENT ON COLUMN scorecard.wrong IS 'How many did not hold, and were not taken back.';
COMMENT ON COLUMN scorecard.corrected IS 'How many it took back or set right itself.';
COMMENT ON COLUMN scorecard.settled IS 'right, wrong and corrected together.';
COMMENT ON COLUMN scorecard.right_rate IS 'right of settled; null while nothing is settled.';
COMMENT ON COLUMN scorecard.right_low IS 'Lower end of the 95 % interval (Wilson) of right_rate.';
COMMENT ON COLUMN scorecard.right_high IS 'Upper end of it.';
COMMENT ON COLUMN scorecard.alone_confirmed IS 'How often nobody else said so until it was confirmed.';
COMMENT ON COLUMN scorecard.alone_unconfirmed IS 'How often nobody else said so, and it was never confirmed (denied, taken back, or still open).';
COMMENT ON COLUMN scorecard.first_rate IS 'first of confirmed; null while nothing is confirmed.';
COMMENT ON COLUMN scorecard.first_low IS 'Lower end of the 95 % interval (Wilson) of first_rate.';
COMMENT ON COLUMN scorecard.first_high IS 'Upper end of it.';
COMMENT ON COLUMN scorecard.origin IS 'Key of the outlet, as in voices.';

CREATE OR REPLACE MACRO confidence_as_of(moment) AS TABLE
    WITH judged AS (
        SELECT
            origin, event_id, count(*) FILTER (WHERE result = 'right') AS held, count(*) AS settled
        FROM outcomes
        WHERE result IN ('right', 'wrong', 'corrected')
            AND known_from <= moment::TIMESTAMPTZ AND (known_to IS NULL OR known_to > moment::TIMESTAMPTZ)
        GROUP BY origin, event_id
    ),
    record AS (SELECT origin, sum(held) AS held, sum(settled) AS settled FROM judged GROUP BY origin),
    -- What came of the event itself says nothing of how sure we could be of it.
    voice AS (
        SELECT
            fact_voices.*, (coalesce(record.held, 0) - coalesce(judged.held, 0))::BIGINT AS held,
            (coalesce(record.settled, 0) - coalesce(judged.settled, 0))::BIGINT AS settled,
            CASE tier WHEN 'official' THEN 0.95 WHEN 'press' THEN 0.8 WHEN 'community' THEN 0.65 ELSE 0.6 END::DOUBLE
                AS prior
        FROM fact_voices
        LEFT JOIN record ON record.origin = fact_voices.origin
        LEFT JOIN judged ON judged.origin = fact_voices.origin AND judged.event_id = fact_voices.event_id
        WHERE known_from <= moment::TIMESTAMPTZ AND (known_to IS NULL OR known_to > moment::TIMESTAMPTZ)
    ),
    reliable AS (
        SELECT
            *, least(0.98, greatest(0.02, (held + 4 * prior) / (settled + 4))) AS reliability,
            least(0.98, greatest(0.02, CASE WHEN guess THEN 0.5 ELSE 1 END * reliability)) AS chance,
            ln(chance / (1 - chance)) AS log_odds,
            concat(
                name, CASE WHEN guess THEN ' guesses so' ELSE '' END, ' (', tier,
                CASE WHEN settled = 0 THEN ', no record yet' ELSE concat(', right in ', held, ' of ', settled) END, ')'
            ) AS told
        FROM voice
    ),
    placed AS (
        SELECT
            *, row_number() OVER (PARTITION BY event_id, attribute, against ORDER BY log_odds DESC, origin) AS place
        FROM reliable
    ),
    weighed AS (
        SELECT
            event_id, attribute,
            sum(CASE WHEN against THEN -greatest(0, log_odds) WHEN place = 1 THEN log_odds ELSE greatest(0, log_odds) END)
                AS log_odds,
            list(told ORDER BY place) FILTER (WHERE NOT against) AS voices_for,
            coalesce(list(told ORDER BY place) FILTER (WHERE against), []) AS voices_against
        FROM placed GROUP BY event_id, attribute
    ),
    decided AS (
        SELECT
            coalesce(judgements.event_id, conflicts.event_id) AS event_id,
            coalesce(conflicts.attribute, 'event') AS attribute,
            arg_max({decision: judgements.decision, value: judgements.value, who: judgements.who}, judgements.made_at)
                AS word
        FROM judgements LEFT JOIN conflicts ON conflicts.conflict_id = judgements.conflict_id
        WHERE judgements.made_at <= moment::TIMESTAMPTZ
        GROUP BY ALL
    )
    SELECT
        facts.event_id, facts.attribute, facts.value_text,
        CASE
            WHEN decided.word.decision = 'retract' THEN 0.02
            WHEN decided.word.decision = 'confirm' OR (
                decided.word.decision = 'resolve'
                AND coalesce(decided.word.value, facts.value_text) = facts.value_text
            ) THEN 0.98
            ELSE round(least(0.98, greatest(0.02, 1 / (1 + exp(-coalesce(weighed.log_odds, 0))))), 4)
        END::DOUBLE AS confidence,
        concat_ws(
            '; ',
            CASE WHEN decided.word.decision IN ('retract', 'confirm', 'resolve')
                THEN concat(
                    CASE decided.word.decision
                        WHEN 'retract' THEN 'retracted' WHEN 'confirm' THEN 'confirmed' ELSE 'decided' END,
                    ' by ', decided.word.who
                )
            END,
            coalesce(
                concat(
                    array_to_string(weighed.voices_for[:5], ', '),
                    CASE WHEN len(weighed.voices_for) > 5 THEN concat(' and ', len(weighed.voices_for) - 5, ' more') END
                ),
                'nobody says so'
            ),
            'against: ' || nullif(
                concat(
                    array_to_string(weighed.voices_against[:5], ', '),
                    CASE WHEN len(weighed.voices_against) > 5
                        THEN concat(' and ', len(weighed.voices_against) - 5, ' more') END
                ),
                ''
            )
        ) AS because,
        weighed.voices_for, weighed.voices_against, facts.status, facts.fact_id
    FROM facts
    LEFT JOIN weighed ON weighed.event_id = facts.event_id AND weighed.attribute = facts.attribute
    LEFT JOIN decided ON decided.event_id = facts.event_id AND decided.attribute = facts.attribute
    WHERE facts.known_from <= moment::TIMESTAMPTZ
        AND (facts.known_to IS NULL OR facts.known_to > moment::TIMESTAMPTZ);
COMMENT ON MACRO TABLE confidence_as_of IS 'How sure we were at a moment of each fact held then, and why, by what had been settled by then; the columns are explained at confidence_of: FROM confidence_as_of(''2026-03-04 12:00:00+00'').';

CREATE OR REPLACE VIEW confidence_of AS FROM confidence_as_of('infinity');
COMMENT ON VIEW confidence_of IS 'How sure we are of each fact that is held now, and why: the log-odds of the independent voices for it, less those against it, each by how it has fared. What came of the event itself does not count.';
COMMENT ON COLUMN confidence_of.event_id IS 'Event of the fact.';
COMMENT ON COLUMN confidence_of.attribute IS 'What the fact says of it.';
COMMENT ON COLUMN confidence_of.value_text IS 'The value that is held.';
COMMENT ON COLUMN confidence_of.confidence IS 'How likely it holds, 0.02 to 0.98.';
COMMENT ON COLUMN confidence_of.because IS 'Why: each voice with its tier and its record, the weightier first.';
COMMENT ON COLUMN confidence_of.voices_for IS 'The voices behind it, in the words of because.';
COMMENT ON COLUMN confidence_of.voices_against IS 'The voices against it.';
COMMENT ON COLUMN confidence_of.status IS 'rumoured, reported, corroborated (two origins), confirmed, denied, retracted.';
COMMENT ON COLUMN confidence_of.fact_id IS 'The fact.';

CREATE OR REPLACE VIEW status_history AS
SELECT
    changes.event_id, held.type, subject.name AS subject, changes.status_before, changes.status, changes.changed_at,
    changes.moved_by, documents.publisher, documents.url AS document_url, documents.published_at, claims.quote,
    judgements.who, judgements.reason, changes.document_id, changes.claim_id, changes.judgement_id
FROM status_changes AS changes
LEFT JOIN (SELECT DISTINCT event_id, type, subject_id FROM event_versions) AS held ON held.event_id = changes.event_id
LEFT JOIN entities AS subject ON subject.entity_id = held.subject_id
LEFT JOIN documents ON documents.document_id = changes.document_id
LEFT JOIN claims ON claims.claim_id = changes.claim_id
LEFT JOIN judgements ON judgements.judgement_id = changes.judgement_id
ORDER BY changes.changed_at, changes.event_id;
COMMENT ON VIEW status_history IS 'Every step of every event on the ladder from rumoured to confirmed, denied and retracted, and what moved it.';
COMMENT ON COLUMN status_history.event_id IS 'The event.';
COMMENT ON COLUMN status_history.type IS 'departure, hire, appointment, founding, release, metric.';
COMMENT ON COLUMN status_history.subject IS 'Who or what it is about.';
COMMENT ON COLUMN status_history.status_before IS 'Status until then; null where it first became known.';
COMMENT ON COLUMN status_history.status IS 'Status from then on.';
COMMENT ON COLUMN status_history.changed_at IS 'When.';
COMMENT ON COLUMN status_history.moved_by IS 'said (a document''s words), withdrawn (a document took them back), decided (by a person), regrouped (tellings of it turned out to be of another event).';
COMMENT ON COLUMN status_history.publisher IS 'Who published the document that moved it.';
COMMENT ON COLUMN status_history.document_url IS 'Where it stands.';
COMMENT ON COLUMN status_history.published_at IS 'When it was published.';
COMMENT ON COLUMN status_history.quote IS 'The words that moved it, or that were taken back.';
COMMENT ON COLUMN status_history.who IS 'Who decided.';
COMMENT ON COLUMN status_history.reason IS 'Why they decided so.';
COMMENT ON COLUMN status_history.document_id IS 'The document.';
COMMENT ON COLUMN status_history.claim_id IS 'The claim.';
COMMENT ON COLUMN status_history.judgement_id IS 'The decision.';

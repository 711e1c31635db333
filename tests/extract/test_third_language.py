"""A further language is a file of words: one written here is read by the same code as those that ship."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from pipeline.categories import EntityKind
from pipeline.extract.extractor import Extractor
from pipeline.extract.lexicon import LexiconFile, compile_lexicon
from pipeline.extract.word_lists import BOUNDS, WORD_LISTS
from pipeline.watchlist import Watched, Watchlist
from tests.extract.conftest import Told, document

SPANISH = r"""
language: es
spaced: true
abbreviations: [Sr, Sra, Dr, Dra]
months:
  {enero: 1, febrero: 2, marzo: 3, abril: 4, mayo: 5, junio: 6,
   julio: 7, agosto: 8, septiembre: 9, octubre: 10, noviembre: 11, diciembre: 12}
weekdays: {lunes: 0, martes: 1, miércoles: 2, jueves: 3, viernes: 4, sábado: 5, domingo: 6}
numerals: {mil: 1.0e+3, millones: 1.0e+6}
relative_days: {hoy: 0, ayer: -1}
date_patterns:
  - '(?:el )?(?P<day>\d{1,2}) de (?P<month>{month})(?: de (?P<year>20\d\d))?'
  - '(?:en )?(?P<month>{month}) de (?P<year>20\d\d)'
  - '(?P<relative_day>{relative_day})'
  - '(?:el )?(?P<weekday>{weekday})(?: pasado)?'
words:
  pronouns: [él, ella]
  conjunction: [y, e]
  alternative: [o, u]
  list_joint: [',', y, e]
  definite_article: [el, la, los, las]
  before_date: [el, en]
  before_verb: ['no', ya, también, ha, han, había, formalmente]
  clause_joint: [y, pero, luego]
  clause_turn: [pero, mientras]
  agent_words: [por, de]
  organisation_preposition: [de, en, a]
  organisation_epithets: [el, la, su rival]
  role_heads: [jefa, jefe, directora, director, ingeniera, ingeniero, investigadora, investigador]
  role_ends: [de, en]
  role_trailers: [de, en]
  cited_before: [Según, según]
  negation: ['no', 'nunca', 'negó']
  denial: ['negó']
  hypothetical: [podría, si, quizá]
  reporting: [según, informó]
  speech: [dijo, confirmó, explicó]
  future: [lanzará, pronto]
  to_destination: ['para (?:incorporarse|unirse) a']
  person_verbs: [es, ha, dijo]
  trained_on: [entrenado con]
  parameters_word: [parámetros]
  licenses: ['Apache[- ]2\.0']
  other_objects: [informe, guía]
triggers:
  - {event: departure, form: verb, date: resigned, phrases: [renunció, renunciaron, dimitió]}
  - {event: departure, form: verb, phrases: [dejó, dejaron, abandonó]}
  - {event: hire, form: verb, needs: organisation, phrases: ['se (?:incorporó|unió) a', 'fichó por']}
  - {event: release, form: verb, phrases: [publicó, lanzó, presentó]}
metrics: []
bounds: {at least: [más de], at most: [casi], about: [unos]}
families: [Qwen]
organisations: {ByteDance: ByteDance, El Heraldo: El Heraldo}
given_names: [Marta, Pablo, Lucía, Ana]
"""

TEXT = """Movimientos en Alibaba

Marta Ruiz y Ana Vidal dejaron el equipo Qwen de Alibaba el 3 de marzo de 2026. Según El Heraldo, Pablo Ferrer \
se incorporó a ByteDance el lunes. Lucía Soler, jefa de investigación de Alibaba, dimitió en mayo de 2026 para \
unirse a ByteDance. Alibaba lanzó ayer Qwen3.6-27B, con licencia Apache 2.0. Pablo Ferrer no abandonó Alibaba.
"""


def spanish_words() -> dict[str, Any]:
    return dict(YAML(typ="safe").load(SPANISH))


@pytest.fixture(scope="module")
def spanish() -> Told:
    """What the text tells, as {(event type, subject): {attribute: first value}}, by a lexicon made on the spot."""
    data = spanish_words()
    data["words"] = {name: [] for name in WORD_LISTS} | data["words"]
    assert data["bounds"].keys() == BOUNDS.keys()
    lexicon = compile_lexicon("es", LexiconFile.model_validate(data))
    watched = (
        Watched(EntityKind.ORGANISATION, "Alibaba"),
        Watched(EntityKind.ORGANISATION, "Qwen", parent="Alibaba"),
        Watched(EntityKind.MODEL, "Qwen"),
    )
    told: Told = {}
    for claim in Extractor({"es": lexicon}, Watchlist(watched)).claims(document(TEXT, "es", title="Cambios en Qwen")):
        value = str(claim.modality) if claim.attribute == "event" else claim.value.text
        told.setdefault((str(claim.event_type), claim.subject.name), {}).setdefault(claim.attribute, value)
    return told


def test_a_departure_is_read_with_its_day_its_list_of_people_and_the_team_that_was_left(spanish: Told) -> None:
    for name in ("Marta Ruiz", "Ana Vidal"):
        told = spanish["departure", name]
        assert told == {"event": "asserted", "date": "2026-03-03", "organisation": "Qwen"}


def test_a_hire_is_read_as_reported_by_its_outlet_on_a_weekday_before_publication(spanish: Told) -> None:
    told = spanish["hire", "Pablo Ferrer"]
    assert told == {"event": "reported", "date": "2026-09-07", "organisation": "ByteDance"}


def test_a_resignation_is_read_with_role_month_and_destination(spanish: Told) -> None:
    told = spanish["departure", "Lucía Soler"]
    assert told["role"] == "jefa de investigación"
    assert (told["resigned"], told["destination"]) == ("2026-05", "ByteDance")


def test_a_release_is_read_on_the_day_before_publication_with_size_and_licence(spanish: Told) -> None:
    told = spanish["release", "Qwen3.6-27B"]
    assert (told["date"], told["parameters"], told["license"]) == ("2026-09-09", "27000000000", "Apache-2.0")


def test_a_negated_verb_denies(spanish: Told) -> None:
    assert spanish["departure", "Pablo Ferrer"]["event"] == "denied"


@pytest.mark.parametrize("spaced", [True, False], ids=["spaced", "unspaced"])
def test_with_every_list_empty_the_triggers_are_read_alone(spaced: bool) -> None:
    empty = spanish_words() | {"words": {name: [] for name in WORD_LISTS}, "bounds": {name: [] for name in BOUNDS}}
    lexicon = compile_lexicon("es", LexiconFile.model_validate(empty | {"spaced": spaced}))
    claims = Extractor({"es": lexicon}, Watchlist()).claims(document(TEXT, "es"))
    assert {str(claim.event_type) for claim in claims} == {"departure", "hire", "release"}

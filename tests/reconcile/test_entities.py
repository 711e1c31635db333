"""Who and what is meant by a name."""

import pytest

from pipeline.categories import EntityKind, NameKind
from pipeline.model import Mention, content_id
from pipeline.reconcile.entities import Registry, preferred
from pipeline.watchlist import Watched, Watchlist

PERSON, ORGANISATION, MODEL = EntityKind.PERSON, EntityKind.ORGANISATION, EntityKind.MODEL
WATCHLIST = Watchlist(
    (
        Watched(ORGANISATION, "Quince Group", ("昆斯",)),
        Watched(ORGANISATION, "Quince Lab", ("Quince AI", "昆斯实验室"), parent="Quince Group"),
        Watched(PERSON, "Song Yuhan", ("Grace Song", "宋雨晗"), handles=("songbird",)),
        Watched(MODEL, "Quince", ("昆斯大模型",)),
        Watched(MODEL, "Pip", (), parent="Quince"),
    )
)


@pytest.fixture
def registry() -> Registry:
    return Registry(WATCHLIST)


@pytest.mark.parametrize("name", ["Song Yuhan", "Yuhan Song", "宋雨晗", "Grace Song", "@songbird", "SongBird"])
def test_a_watched_person_is_known_by_every_name(registry: Registry, name: str) -> None:
    entity = registry.resolve(Mention(PERSON, name))
    assert (entity.name, entity.watched) == ("Song Yuhan", True)


def test_a_person_is_known_by_another_form_seen_in_the_document(registry: Registry) -> None:
    assert registry.resolve(Mention(PERSON, "Song", ("@songbird",))).name == "Song Yuhan"


@pytest.mark.parametrize("other", ["Kaiming Deng", "邓凯明", "鄧凱明"])
def test_an_unwatched_person_is_one_in_both_orders_and_scripts(registry: Registry, other: str) -> None:
    one = registry.resolve(Mention(PERSON, "Deng Kaiming"))
    assert registry.resolve(Mention(PERSON, other)).entity_id == one.entity_id
    assert not one.watched


def test_an_id_is_made_of_the_kind_and_the_key_of_the_name(registry: Registry) -> None:
    entity = registry.resolve(Mention(ORGANISATION, "Quince AI"))
    assert entity.entity_id == content_id("entity", ORGANISATION, "quince lab")


def test_a_team_lies_within_its_parent(registry: Registry) -> None:
    assert [one.name for one in registry.lineage(Mention(ORGANISATION, "昆斯实验室"))] == ["Quince Lab", "Quince Group"]


def test_an_unknown_organisation_is_one_whatever_its_case(registry: Registry) -> None:
    one, other = (registry.resolve(Mention(ORGANISATION, name)) for name in ("Harbour  AI", "HARBOUR ai"))
    assert one.entity_id == other.entity_id


def test_a_model_lies_within_its_family(registry: Registry) -> None:
    lineage = registry.lineage(Mention(MODEL, "Quince3.5-Coder-9B"))
    assert [one.name for one in lineage] == ["Quince3.5-Coder-9B", "Quince3.5-Coder", "Quince3.5", "Quince"]
    assert [one.watched for one in lineage] == [False, False, False, True]


def test_a_packaging_is_the_model_itself(registry: Registry) -> None:
    plain, packed = (registry.resolve(Mention(MODEL, name)) for name in ("Quince3.5-9B", "quince3.5-9b-GGUF"))
    assert plain.entity_id == packed.entity_id


def test_a_family_of_another_name_lies_where_the_watchlist_puts_it(registry: Registry) -> None:
    assert [one.name for one in registry.lineage(Mention(MODEL, "Pip2"))] == ["Pip2", "Pip", "Quince"]


def test_a_person_and_an_organisation_of_one_name_are_two(registry: Registry) -> None:
    person, firm = (registry.resolve(Mention(kind, "Morgan")) for kind in (PERSON, ORGANISATION))
    assert person.entity_id != firm.entity_id


def test_the_names_of_a_watched_person_hold_those_of_the_list_and_of_the_text(registry: Registry) -> None:
    names = {(one.name, one.kind, one.language) for one in registry.names(Mention(PERSON, "Yuhan Song", ("Song",)))}
    assert names == {
        ("Song Yuhan", NameKind.CANONICAL, "en"),
        ("Grace Song", NameKind.ALIAS, "en"),
        ("宋雨晗", NameKind.ALIAS, "zh"),
        ("songbird", NameKind.HANDLE, None),
        ("Yuhan Song", NameKind.LEARNED, "en"),
        ("Song", NameKind.LEARNED, "en"),
    }


def test_the_watched_entities_are_known_before_anything_is_read(registry: Registry) -> None:
    assert {one.name for one in registry.entities()} == {entry.name for entry in WATCHLIST.entries}
    assert {one.entity_id for one in registry.watched_names()} == {one.entity_id for one in registry.entities()}


def test_the_name_to_show_does_not_depend_on_which_was_met_first() -> None:
    names = ["邓凯明", "Kaiming Deng", "Deng Kaiming"]
    assert preferred(names) == preferred(names[::-1]) == "Deng Kaiming"
    assert preferred(["quince3.5", "Quince3.5"]) == "Quince3.5"
    assert preferred(["Muye Qiao", "Qiao Muye"]) == "Qiao Muye"

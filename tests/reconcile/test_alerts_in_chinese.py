"""The same alerts for readers of Chinese: their own sentences, and names in their script where they are known."""

from pipeline.categories import AlertKind, Modality, NameKind, Tier
from pipeline.ledger import Alert, EntityName, Wording
from pipeline.reconcile.alerts import alerts_of
from tests.reconcile.telling import BEIJING, ENTITIES, Teller, day
from tests.reconcile.test_alerts import DAY, NOW, departure, lines, only

NAMES = (
    EntityName("wen", "Tao Wen", "en", NameKind.LEARNED),
    EntityName("wen", "溫濤", "zh", NameKind.ALIAS),
    EntityName("wen", "温涛", "zh", NameKind.ALIAS),
    EntityName("team", "通义千问", "zh", NameKind.ALIAS),
)


def alerts(told, names=NAMES) -> list[Alert]:  # type: ignore[no-untyped-def]
    by_claim = {one.claim.claim_id: one for one in told}
    return list(alerts_of(lines(told), by_claim, ENTITIES, NOW, names=names))


def chinese(alert: Alert) -> Wording:
    [found] = alert.translations
    assert found.language == "zh"
    return found


def test_a_departure_reads_as_an_editor_would_write_it() -> None:
    [alert] = alerts(departure())
    assert chinese(alert).title == "2026年5月3日，通义千问技术负责人温涛离职，消息来自一家信源。"
    assert chinese(alert).body == "首见于 The Harbour，2026年5月4日。"
    assert alert.title == "Wen Tao left Qwen (technical lead), 3 May 2026: reported by one source."


def test_without_a_known_name_the_one_of_the_sources_stands() -> None:
    [alert] = alerts(departure(), names=())
    assert chinese(alert).title == "2026年5月3日，Qwen 技术负责人 Wen Tao 离职，消息来自一家信源。"


def test_a_rumour_is_called_one() -> None:
    [alert] = alerts([Teller("a", 0).says("event", modality=Modality.SPECULATED)])
    assert chinese(alert).title == "据传温涛将从通义千问离职，目前只是传闻，仅见于一家信源。"


def test_a_conflict_of_days_has_both_sides_and_says_why_they_differ() -> None:
    told = [
        Teller("a", 0, publisher="Daily A").says("announced", day("2026-05-03")),
        Teller("c", 2, publisher="丙报", zone=BEIJING).says("announced", day("2026-05-04")),
    ]
    alert = chinese(only(alerts(told), AlertKind.CONFLICT_OPENED))
    assert (
        alert.title == "温涛宣布从通义千问离职的时间，各方说法不一：2026年5月3日（Daily A），或2026年5月4日（丙报）。"
    )
    assert alert.labels == ("2026年5月3日", "2026年5月4日")
    assert alert.body.startswith("两个日期只差一天，而信源身处不同时区，说的可能是同一时刻。")


def test_whoever_confirms_is_named_and_the_person_concerned_is_said_to_speak_for_themselves() -> None:
    official = Teller("b", DAY, tier=Tier.OFFICIAL, publisher="Qwen").says("event")
    assert chinese(only(alerts([*departure(), official]), AlertKind.STATUS_RAISED)).title == (
        "通义千问已证实：2026年5月3日，通义千问技术负责人温涛离职。"
    )
    themselves = Teller("b", DAY).says("event", by="Wen Tao")
    assert chinese(only(alerts([*departure(), themselves]), AlertKind.STATUS_RAISED)).title == (
        "本人已证实：2026年5月3日，通义千问技术负责人温涛离职。"
    )


def test_what_was_announced_what_is_yet_to_come_and_what_is_corrected_read_as_such() -> None:
    first = Teller("a")
    told = [first.says("event"), first.says("announced", day("2026-05-04"))]
    corrected = [*told, Teller("b", DAY).says("date", day("2026-05-03"))]
    ahead = [*told, Teller("c", DAY).says("effective", day("2026-05-31"))]
    assert chinese(alerts(told)[0]).title == "2026年5月4日，温涛宣布从通义千问离职，消息来自一家信源。"
    assert chinese(only(alerts(corrected), AlertKind.FACT_CHANGED)).title == (
        "温涛从通义千问离职的时间：由2026年5月4日更正为2026年5月3日。"
    )
    assert "温涛将于2026年5月31日从通义千问离职" in chinese(only(alerts(ahead), AlertKind.FACT_CHANGED)).body


def test_a_denial_names_who_denies_or_else_who_says_so() -> None:
    rumour = Teller("a").says(modality=Modality.SPECULATED)
    by_himself = Teller("b", DAY).says(modality=Modality.DENIED, by="Wen Tao")
    by_others = Teller("b", DAY).says(modality=Modality.DENIED)
    titles = [chinese(only(alerts([rumour, one]), AlertKind.CORRECTION)).title for one in (by_himself, by_others)]
    assert titles == ["本人予以否认：温涛从通义千问离职。", "据一家信源，已遭否认：温涛从通义千问离职。"]

"""From the texts of a configuration to `Settings`, or to every mistake in them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pipeline.categories import EntityKind, ExtractorKind
from pipeline.config import checks, rules
from pipeline.config.channels import as_settings
from pipeline.config.extraction import ExtractionFile, llm_settings, missing_model
from pipeline.config.files import AlertsFile, FetchSection, SourceEntry, SourcesFile, Strict, WatchlistFile
from pipeline.config.lexicons import Lexicons
from pipeline.config.mistakes import Mistake
from pipeline.config.rules import Named
from pipeline.config.settings import ChannelSettings, FetchSettings, Settings
from pipeline.config.texts import EXTRACTION_FILE, ConfigText
from pipeline.config.yaml_files import ConfigFile, parsed
from pipeline.errors import ConfigurationError
from pipeline.model import Source, content_id
from pipeline.sources.words import with_words
from pipeline.watchlist import Watched, Watchlist

FILES: Mapping[str, tuple[type[Strict], Callable[[object], Iterator[Mistake]]]] = {
    "sources.yaml": (SourcesFile, checks.sources_mistakes),
    "watchlist.yaml": (WatchlistFile, checks.watchlist_mistakes),
    "alerts.yaml": (AlertsFile, checks.alerts_mistakes),
    EXTRACTION_FILE: (ExtractionFile, lambda _: iter(())),
}


def built_settings(texts: Mapping[str, ConfigText], lexicons: Lexicons, *, check_lexicons: bool) -> Settings:
    """Reads and checks every file of `texts`; raises ConfigurationError with all mistakes found."""
    files = {name: parsed(texts[name]) if name in texts else ConfigFile(name, {}) for name in FILES}
    mistakes = [line for name, file in files.items() for line in checks.file_mistakes(file, *FILES[name])]
    mistakes += _model_mistakes(files)
    mistakes += lexicons.mistakes() if check_lexicons else ()
    if mistakes:
        raise ConfigurationError(mistakes)
    sources = SourcesFile.model_validate(files["sources.yaml"].data)
    alerts = AlertsFile.model_validate(files["alerts.yaml"].data)
    extraction = ExtractionFile.model_validate(files[EXTRACTION_FILE].data)
    channels = tuple(
        ChannelSettings(channel.name, channel.kind, as_settings(channel.options))
        for channel in alerts.channels
        if channel.enabled
    )
    switched_on = {channel.name for channel in channels}
    watchlist = _watchlist(WatchlistFile.model_validate(files["watchlist.yaml"].data))
    named = Named(watchlist)
    watched = tuple(with_words(_source(entry, extraction.extractor), watchlist) for entry in sources.sources)
    return Settings(
        sources=watched,
        fetch=_fetch(sources.fetch),
        watchlist=watchlist,
        channels=channels,
        routes=tuple(rules.route(each, named) for each in alerts.routes if each.channel in switched_on),
        lexicons=lexicons,
        extractor=extraction.extractor,
        llm=llm_settings(extraction.llm),
        mutes=tuple(mute for each in alerts.mutes for mute in rules.mutes(each, named, watched)),
        warnings=tuple(rules.unknown_names(files["alerts.yaml"], named, watched)),
    )


def _model_mistakes(files: Mapping[str, ConfigFile]) -> list[str]:
    if any(files[name].broken for name in (EXTRACTION_FILE, "sources.yaml")):
        return []
    found = missing_model(files[EXTRACTION_FILE].data, files["sources.yaml"].data)
    return [files[name].at(mistake.path, mistake.message) for name, mistake in found]


def _source(entry: SourceEntry, extractor: ExtractorKind) -> Source:
    from pipeline.sources.defaults import default_interval, default_tier

    return Source(
        source_id=content_id("source", entry.url),
        name=entry.name,
        kind=entry.kind,
        url=entry.url,
        publisher=entry.publisher.strip(),
        language=entry.language,
        tier=entry.tier or default_tier(entry.kind),
        every=entry.every or default_interval(entry.kind),
        enabled=entry.enabled,
        options=as_settings(entry.options),
        extractor=entry.extractor or extractor,
    )


def _fetch(section: FetchSection) -> FetchSettings:
    return FetchSettings(**{key: getattr(section, key) for key in FetchSection.model_fields})


def _watchlist(file: WatchlistFile) -> Watchlist:
    organisations = (
        Watched(EntityKind.ORGANISATION, each.name, tuple(each.aliases), (), each.parent) for each in file.organisations
    )
    people = (
        Watched(
            EntityKind.PERSON,
            each.name,
            tuple(each.aliases),
            tuple(handle.lstrip("@") for handle in each.handles),
        )
        for each in file.people
    )
    models = (Watched(EntityKind.MODEL, each.name, tuple(each.aliases), (), each.parent) for each in file.models)
    return Watchlist((*organisations, *people, *models))

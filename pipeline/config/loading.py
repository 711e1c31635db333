"""From the files of a configuration directory to `Settings`, or to every mistake in them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pipeline.categories import EntityKind, ExtractorKind
from pipeline.config import checks, rules
from pipeline.config.channels import as_settings
from pipeline.config.extraction import EXTRACTION_FILE, ExtractionFile, llm_settings, missing_model
from pipeline.config.files import AlertsFile, FetchSection, SourceEntry, SourcesFile, Strict, WatchlistFile
from pipeline.config.lexicons import lexicons_in
from pipeline.config.mistakes import Mistake
from pipeline.config.rules import Named
from pipeline.config.settings import ChannelSettings, FetchSettings, Settings
from pipeline.config.yaml_files import ConfigFile, read_config_file
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
OPTIONAL = frozenset({EXTRACTION_FILE})


def load_settings(config_dir: Path, *, check_lexicons: bool = True) -> Settings:
    """Reads and checks every file in `config_dir`; raises ConfigurationError with all mistakes found.

    Without `check_lexicons` what is wrong in those is found at their first use, or by their own `check`.
    """
    if not config_dir.is_dir():
        raise ConfigurationError([f"{config_dir}: no such directory; name the configuration with --config DIR"])
    files = {name: _read(config_dir, name) for name in FILES}
    lexicons = lexicons_in(config_dir)
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


def _read(config_dir: Path, name: str) -> ConfigFile:
    if name in OPTIONAL and not (config_dir / name).exists():
        return ConfigFile(name, {})
    return read_config_file(config_dir / name, name)


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

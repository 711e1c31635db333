"""Settings from a configuration directory: as they were read last where nothing has changed, else read and checked."""

from __future__ import annotations

from pathlib import Path

from pipeline.config.compiled import key_of, read_compiled, write_compiled
from pipeline.config.lexicons import Lexicons
from pipeline.config.settings import Settings
from pipeline.config.texts import config_texts


def load_settings(config_dir: Path, *, check_lexicons: bool = True, compiled: Path | None = None) -> Settings:
    """Reads and checks every file in `config_dir`; raises ConfigurationError with all mistakes found.

    Without `check_lexicons` what is wrong in those is found at their first use, or by their own `check`. `compiled`
    names a file that keeps what was found right, which spares the work while all stays as it was; None keeps nothing.
    """
    texts = config_texts(config_dir)
    lexicons = Lexicons(texts.lexicons)
    key = key_of(texts) if compiled else None
    if compiled and key and (known := read_compiled(compiled, key, lexicons, check_lexicons=check_lexicons)):
        return known
    # Imported here: the libraries that parse and check take longer to load than all else that is done here.
    from pipeline.config.building import built_settings

    settings = built_settings(texts.files, lexicons, check_lexicons=check_lexicons)
    if compiled and key:
        write_compiled(compiled, key, settings, lexicons_checked=check_lexicons)
    return settings

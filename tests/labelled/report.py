"""`python -m tests.labelled.report`: reads the labelled articles with the rules and prints how they fare."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence

from pipeline.extract.extractor import extract
from pipeline.model import Claim
from tests.labelled.corpus import Article, articles, gold_rows, known_names, settings_of
from tests.labelled.scorer import Judged, Score, Tally, score


def claims_of(read: Sequence[Article]) -> dict[str, Sequence[Claim]]:
    """What the shipped rules claim of each article, by its address."""
    return {article.url: _claims(article) for article in read}


def score_of(read: Sequence[Article], claims: Mapping[str, Sequence[Claim]]) -> Score:
    """The score of these articles; names that a topic's watchlist lists together are one."""
    urls = {article.url for article in read}
    groups = [group for topic in sorted({article.topic for article in read}) for group in known_names(topic)]
    return score(claims, [row for row in gold_rows() if row.url in urls], groups)


def misquoted(read: Sequence[Article], claims: Mapping[str, Sequence[Claim]]) -> list[Claim]:
    """Claims whose quote is empty or is not what stands at its place in the article."""
    return [
        claim
        for article in read
        for claim in claims[article.url]
        if not claim.quote or article.document.text[claim.start : claim.end] != claim.quote
    ]


def chosen(topic: str | None = None, language: str | None = None, kind: str | None = None) -> tuple[Article, ...]:
    """The articles of a topic, language and kind; None takes all."""
    return tuple(
        article
        for article in articles()
        if topic in (None, article.topic) and language in (None, article.language) and kind in (None, article.kind)
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.labelled.report", description="Score the labelled articles.")
    parser.add_argument("--topic", help="only articles on this lab")
    parser.add_argument("--language", help="only articles in this language")
    parser.add_argument("--kind", help="only articles of this kind")
    parser.add_argument("--misses", action="store_true", help="list what was missed, invented and wrong")
    options = parser.parse_args(arguments)
    read = chosen(options.topic, options.language, options.kind)
    if not read:
        parser.error("no labelled article is of that topic, language and kind")
    claims = claims_of(read)
    result = score_of(read, claims)
    print("\n".join(figures(read, result)))
    print(f"claims {sum(map(len, claims.values()))}, misquoted {len(misquoted(read, claims))}")
    if options.misses:
        print("\n".join(misses(result)))


def figures(read: Sequence[Article], result: Score) -> Iterator[str]:
    """A line for all articles, then one for each type of event, language, kind and topic."""
    by_url = {article.url: article for article in read}
    traps = {article.url for article in read if article.trap}
    sprung = {each.url for each in result.invented} & traps
    yield f"articles {len(read)}, traps {len(traps)} of which {len(sprung)} sprung"
    yield _line("all", result.total)
    groups = {
        "type": result.by_type(),
        "language": result.by_article(lambda url: by_url[url].language),
        "kind": result.by_article(lambda url: by_url[url].kind),
        "topic": result.by_article(lambda url: by_url[url].topic),
    }
    for title, tallies in groups.items():
        yield f"by {title}"
        yield from (_line(f"  {name}", tally) for name, tally in tallies.items())


def misses(result: Score) -> Iterator[str]:
    """One line for each label without a claim, each claimed event without a label, and each wrong attribute."""
    for row in result.missed:
        yield f"MISSED   {row.url} {row.type} {row.subject}"
    for each in result.invented:
        first = each.claims[0]
        quote = " ".join(first.quote.split())[:160]
        yield f"INVENTED {each.url} {each.type} {first.subject.name} ({first.modality}) | {quote}"
    for judged in result.wrong:
        row = judged.row
        labelled = row.attributes[judged.attribute]
        yield f"WRONG    {row.url} {row.type} {row.subject} {judged.attribute} {labelled!r} got {_got(judged)}"


def _claims(article: Article) -> tuple[Claim, ...]:
    settings = settings_of(article.topic)
    return tuple(extract(article.document, settings.lexicons, settings.watchlist))


def _got(judged: Judged) -> str:
    values = [f"{claim.attribute}={claim.value.dates or claim.value.text}" for claim in judged.claims]
    return ", ".join(dict.fromkeys(values)) or "nothing"


def _line(name: str, tally: Tally) -> str:
    return (
        f"{name:<16} precision {tally.precision:.3f} recall {tally.recall:.3f} F1 {tally.f1:.3f} "
        f"({tally.found} of {tally.wanted} found, {tally.invented} invented) "
        f"attributes {tally.attribute_accuracy:.3f} ({tally.right} of {tally.attributes})"
    )


if __name__ == "__main__":
    main()

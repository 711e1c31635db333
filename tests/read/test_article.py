"""Which part of a page is the article."""

from lxml import html

from pipeline.model import Problem
from pipeline.read.article import article_blocks, is_index
from pipeline.read.blocks import text_of
from tests.read.pages import STORY, lines, page, read

SECOND = "Two more engineers followed him on Tuesday, and the company has named nobody to take their places yet."
MENU = "".join(f'<a href="/{name}">{name}</a> ' for name in ("home", "world", "business", "about", "subscribe"))


def test_the_marked_article_is_taken_without_its_surroundings() -> None:
    article = f"<article><h1>A departure</h1><p>{STORY}</p></article>"
    body = f"<div>{MENU}</div><main>{article}</main><footer>Legal</footer>"
    assert lines(body) == ["A departure", STORY]


def test_short_paragraphs_lists_and_tables_of_an_article_are_all_kept() -> None:
    body = (
        f"<article><p>Yes.</p><p>{STORY}</p><ul><li>One</li></ul><table><tr><td>a</td><td>1</td></tr></table>"
        "<p>No.</p></article>"
    )
    assert lines(body) == ["Yes.", STORY, "- One", "a | 1", "No."]


def test_an_article_element_that_is_a_mere_teaser_is_not_taken_for_the_article() -> None:
    teaser = "<article><a href='/other'>Ten tips for a faster laptop</a></article>"
    text = lines(f"{teaser}<div><h1>A departure</h1><p>{STORY}</p><p>{SECOND}</p></div>")
    assert STORY in text
    assert SECOND in text


def test_reader_comments_marked_as_articles_inside_the_article_are_left_out() -> None:
    comment = "<article class=c><p>First!</p></article>"
    assert lines(f"<article><p>{STORY}</p><p>{SECOND}</p>{comment}{comment}</article>") == [STORY, SECOND]


def test_without_any_mark_the_run_of_prose_between_the_menus_is_taken() -> None:
    menu = f"<div class=m>{MENU}</div>"
    body = (
        f"{menu}<div><div><div><h2>A departure</h2></div><div>{STORY}</div><div><span>{SECOND}</span></div>"
        f"<ul><li>Lin, technical lead</li></ul></div></div>{menu}"
    )
    assert lines(body) == ["A departure", STORY, SECOND, "- Lin, technical lead"]


def test_a_table_laid_out_page_of_old_is_read() -> None:
    story = f"<font>A departure<br><br>{STORY}<br><br>{SECOND}</font>"
    body = f"<table><tr><td>{MENU}</td><td>{story}</td></tr></table>"
    text = lines(body)
    assert STORY in text
    assert SECOND in text
    assert not any("subscribe" in line for line in text)


def test_related_stories_under_their_label_are_dropped_and_text_after_them_is_kept() -> None:
    related = "<h3>Related stories:</h3><ul><li><a href=a>Fast builds</a></li><li><a href=b>Fees</a></li></ul>"
    assert lines(f"<article><p>{STORY}</p>{related}<p>{SECOND}</p></article>") == [STORY, SECOND]


def test_a_list_of_links_without_such_a_label_is_part_of_the_article() -> None:
    links = "<ul><li><a href=/a>Weights on the hub</a></li></ul>"
    assert lines(f"<article><p>{STORY}</p>{links}</article>") == [STORY, "- Weights on the hub"]


def test_a_page_of_navigation_only_has_no_article_text() -> None:
    for body in (f"<nav>{MENU}</nav>", f"<div>{MENU}</div>", f"<main><ul><li>{MENU}</li></ul></main>", ""):
        problem = read(body)
        assert isinstance(problem, Problem)
        assert "no article text" in problem.message


def test_a_page_that_a_script_draws_is_read_from_its_json_ld() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "%s\\n\\n%s"}</script>'
    assert lines(page('<div id="app"></div>', head % (STORY, SECOND))) == [STORY, SECOND]


def test_a_page_that_is_all_preformatted_text_is_read() -> None:
    assert lines(f"<pre>Dear all,\n{STORY}\n\nBye.</pre>") == ["Dear all,", STORY, "Bye."]


def test_a_deeply_nested_page_is_read_as_far_as_the_parser_goes() -> None:
    assert lines("<div>" * 150 + f"<p>{STORY}</p>") == [STORY]
    assert isinstance(read("<div>" * 100_000 + f"<p>{STORY}</p>"), Problem)


def test_a_page_of_cards_or_of_links_is_an_index_and_an_article_is_not() -> None:
    card = f"<article><h2>A post</h2><p>{STORY}</p><a href='/p'>read</a></article>"
    for body, expected in (
        (card * 3, True),
        (f"<ul>{'<li><a href=/p>The title of a post</a></li>' * 9}</ul>", True),
        (f"<article><p>{STORY}</p><p>{SECOND}</p></article>", False),
        (f"<p>{STORY} <a href=/x>source</a></p>", False),
    ):
        assert is_index(html.document_fromstring(page(body))) is expected


def test_chinese_paragraphs_count_as_prose() -> None:
    menu = "<div><a href=/>首页</a> <a href=/n>新闻</a></div>"
    story = "<p>　　林俊旸周一告诉同事，他将于本月离开通义千问团队。</p><p>公司尚未任命继任者。</p>"
    body = f"{menu}<div>{story}</div>"
    blocks = article_blocks(html.document_fromstring(body))
    assert "林俊旸周一告诉同事，他将于本月离开通义千问团队。" in text_of(blocks)
    assert "公司尚未任命继任者。" in text_of(blocks)

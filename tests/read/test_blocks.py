"""The shape of a document's text: one line for each paragraph, heading, list item and table row."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from pipeline.read.blocks import BlockKind, plain, text_of, walk
from tests.read.pages import STORY, lines


def text(markup: str) -> str:
    return text_of(walk(html.fragment_fromstring(markup, create_parent="div")))


def test_paragraphs_and_headings_stand_on_lines_of_their_own() -> None:
    assert text("<h1>One</h1><p>Two\n  words</p><h3>Three</h3>Four <b>bold</b> word<p>Five</p>") == (
        "One\nTwo words\nThree\nFour bold word\nFive"
    )


def test_a_table_row_is_one_line_of_cells_with_the_header_row_too() -> None:
    head = "<thead><tr><th>Who</th><th>When</th></tr></thead>"
    markup = f"<table>{head}<tr><td>Lin</td><td>3 <b>March</b></td></tr></table>"
    assert text(markup) == "Who | When\nLin | 3 March"


def test_an_empty_cell_keeps_its_column_and_an_empty_row_is_dropped() -> None:
    markup = "<table><tr><td>a</td><td></td><td>c</td></tr><tr><td> </td><td></td><td></td></tr></table>"
    assert text(markup) == "a |  | c"


def test_cells_that_span_keep_the_columns_aligned() -> None:
    markup = (
        "<table><tr><th>Model</th><th colspan=2>Size</th><th>Date</th></tr>"
        "<tr><td rowspan=2>Qwen-A</td><td>1B</td><td>2B</td><td>May</td></tr>"
        "<tr><td>4B</td><td>8B</td><td>June</td></tr></table>"
    )
    assert text(markup) == "Model | Size |  | Date\nQwen-A | 1B | 2B | May\nQwen-A | 4B | 8B | June"


def test_a_list_in_a_cell_is_set_off_by_commas() -> None:
    markup = "<table><tr><td>Sizes</td><td><ul><li>1B<li>2B</ul></td></tr></table>"
    assert text(markup) == "Sizes | 1B, 2B"


def test_a_caption_comes_before_its_rows() -> None:
    markup = "<table><caption>Releases</caption><tr><td>a</td><td>b</td></tr></table>"
    assert text(markup) == "Releases\na | b"


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><td><p>First.</p><p>Second.</p></td></tr></table>",
        "<table><tr><td><table><tr><td>First.</td></tr></table></td><td>Second.</td></tr></table>",
        "<table role=presentation><tr><td>First.</td><td>Second.</td></tr></table>",
        "<table><tr><td><h2>First.</h2></td><td>Second.</td></tr></table>",
    ],
)
def test_a_table_that_lays_out_a_page_is_read_as_its_blocks(markup: str) -> None:
    assert text(markup) == "First.\nSecond."


def test_a_data_table_inside_a_layout_table_keeps_its_rows() -> None:
    inner = "<table><tr><td>a</td><td>b</td></tr></table>"
    assert text(f"<table><tr><td>Intro</td><td>{inner}</td></tr></table>") == "Intro\na | b"


def test_nested_list_items_each_begin_with_a_dash() -> None:
    markup = "<ul><li>One<ul><li>Half</li></ul>and a rest</li><li><p>Two</p><p>more of two</p></li></ul>"
    assert text(markup) == "- One\n- Half\nand a rest\n- Two\nmore of two"


def test_a_bullet_typed_into_a_paragraph_makes_a_list_item() -> None:
    assert text("<p>• First</p><p>· Second</p><ul><li>• Third</li></ul>") == "- First\n- Second\n- Third"


def test_line_breaks_part_paragraphs() -> None:
    assert text("<p>One<br>Two<br/><br/>Three</p>") == "One\nTwo\nThree"


def test_definition_lists_keep_terms_and_definitions() -> None:
    assert text("<dl><dt>Licence</dt><dd>Apache 2.0</dd></dl>") == "Licence\nApache 2.0"


def test_code_is_dropped_in_blocks_and_kept_in_sentences() -> None:
    assert text("<p>Run <code>qwen serve</code> now.</p><pre><code>x = 1</code></pre>") == "Run qwen serve now."


@pytest.mark.parametrize(
    "markup",
    [
        "<script>var a</script>",
        "<style>p{}</style>",
        "<noscript>enable it</noscript>",
        "<p hidden>x</p>",
        "<p aria-hidden=true>x</p>",
        "<p style='Display : NONE'>x</p>",
        "<span class='sr-only'>opens a new window</span>",
        "<nav>Home</nav>",
        "<aside>More stories</aside>",
        "<footer>All rights</footer>",
        "<div role=navigation>Home</div>",
        "<div class='post-share-buttons'>Tweet this</div>",
        "<div class='relatedPosts'>Other news</div>",
        "<button>Copy</button>",
        "<a class='btn external' href='/x'>DEMO</a>",
        "<a class=anchor href='#top'>#</a>",
        "<!-- a comment -->",
    ],
)
def test_what_a_reader_does_not_see_or_the_site_adds_is_left_out(markup: str) -> None:
    assert text(f"<p>{STORY}</p>{markup}<p>End.</p>") == f"{STORY}\nEnd."


def test_a_footnote_number_is_not_glued_to_the_word_before_it() -> None:
    assert text("<p>It left<sup><a href='#fn1'>1</a></sup> today.</p>") == "It left today."


def test_a_part_that_holds_most_of_the_text_stays_whatever_its_class() -> None:
    assert text(f"<div class='share-wide social'><p>{STORY}</p></div><p>End.</p>") == f"{STORY}\nEnd."


def test_entities_and_quotes_stay_as_the_writer_set_them() -> None:
    assert text("<p>&ldquo;Bye&rdquo; &amp; it&#x27;s ‘done’ &lt;3</p>") == "“Bye” & it's ‘done’ <3"


def test_invisible_characters_go_and_wrapped_chinese_is_joined() -> None:
    assert plain("\u3000\u3000林\u200b俊旸\n  离开，\n 团队") == "林俊旸离开，团队"
    assert plain("two\u00a0words\n wrapped\u00ad") == "two words wrapped"


def test_links_are_weighed_by_their_characters() -> None:
    (block,) = walk(html.fragment_fromstring("<p>half <a href='/'>half</a></p>"))
    assert block.kind == BlockKind.PARAGRAPH
    assert 0.4 < block.linked < 0.5


@given(st.text(max_size=200))
def test_any_text_comes_out_as_one_nfc_line_and_comes_out_of_it_unchanged(raw: str) -> None:
    line = plain(raw)
    assert "\n" not in line
    assert line == line.strip()
    assert unicodedata.is_normalized("NFC", line)
    assert plain(line) == line


@given(
    st.recursive(
        st.sampled_from(["word", "字", "<br>", "&amp;"]),
        lambda inner: st.tuples(
            st.sampled_from(["p", "div", "ul", "li", "table", "tr", "td", "h2", "b", "pre", "dl", "dd", "article"]),
            st.lists(inner, max_size=4),
        ),
        max_leaves=25,
    )
)
def test_no_nesting_of_elements_breaks_the_walk_or_makes_an_empty_line(tree: object) -> None:
    def markup(node: object) -> str:
        if isinstance(node, tuple):
            return f"<{node[0]}>{''.join(map(markup, node[1]))}</{node[0]}>"
        return str(node)

    blocks = walk(html.document_fromstring(f"<body>{markup(tree)}</body>"))
    assert all(block.text.strip() and "\n" not in block.text for block in blocks)


def test_a_decomposed_name_is_composed() -> None:
    assert lines("<article><p>Zoe\u0308 " + STORY + "</p></article>")[0].startswith("Zoë ")

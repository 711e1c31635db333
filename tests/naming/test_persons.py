"""When two written names may be one person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.naming.persons import in_latin, is_romanised_chinese, person_key

SURNAMES = ["Lin", "Zhao", "Ouyang", "Xu", "Lü", "Zeng"]
GIVEN = ["Junyang", "Wei", "Yinghui", "Xiuyuan", "Bo"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zhang Weiming", "Weiming Zhang"),
        ("Zhang Weiming", "张伟明"),
        ("张偉明", "张伟明"),
        ("Zhang Wei-ming", "Zhang Weiming"),
        ("Zhang Wei Ming", "Zhang Weiming"),
        ("Ouyang Xiuyuan", "欧阳修远"),
        ("Zeng Lan", "曾岚"),
        ("Lü Bei", "吕蓓"),
        ("Ana-María Núñez", "Ana-Maria Nunez"),
        ("Thomas R. Berg", "Thomas Berg"),
        ("Dr. Thomas Berg", "Thomas Berg"),
    ],
)
def test_both_orders_and_both_scripts_are_one_person(one: str, other: str) -> None:
    assert person_key(one) == person_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zhang Weiming", "Zhang Weimin"), ("Hui Binyuan", "Hui Binuan"), ("Wu Han", "Wu Hang"), ("林伟", "林薇儿")],
)
def test_names_that_read_differently_are_two_persons(one: str, other: str) -> None:
    assert person_key(one) != person_key(other)


@given(st.sampled_from(SURNAMES), st.sampled_from(GIVEN))
def test_the_order_of_a_name_never_matters(surname: str, given_name: str) -> None:
    assert person_key(f"{surname} {given_name}") == person_key(f"{given_name} {surname}")


@given(st.text(min_size=1, max_size=40))
def test_any_text_has_a_key_that_spaces_around_it_do_not_change(text: str) -> None:
    assert person_key(f"  {text.strip()} ") == person_key(text.strip())


def test_pinyin_tells_chinese_names_from_others() -> None:
    assert is_romanised_chinese("Lin Junyang")
    assert not is_romanised_chinese("Thomas Berg")
    assert not is_romanised_chinese("Google Scholar")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Muye Qiao", "Qiao Muye"),
        ("Qiao Muye", "Qiao Muye"),
        ("乔牧野", "Qiao Muye"),
        ("Ouyang Wei", "Ouyang Wei"),
        ("欧阳修远", "Ouyang Xiuyuan"),
        ("Wei Lin", "Wei Lin"),
        ("Maren Oxholm", "Maren Oxholm"),
        ("Jane Li", "Jane Li"),
    ],
)
def test_a_chinese_name_is_shown_with_its_surname_first(written: str, shown: str) -> None:
    assert in_latin(written) == shown

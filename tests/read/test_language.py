"""The language of a document."""

import pytest

from pipeline.read.language import language_of

ENGLISH = "The head of the team told colleagues on Monday that he would leave the company this month."
CHINESE = "周一，团队负责人告诉同事，他将于本月离开公司。公司尚未任命继任者。"


@pytest.mark.parametrize(
    ("stated", "text", "language"),
    [
        ("en-US", ENGLISH, "en"),
        ("zh-CN", CHINESE, "zh"),
        ("zh_Hant", CHINESE, "zh"),
        ("en", CHINESE, "zh"),
        ("zh", ENGLISH, "en"),
        (None, CHINESE, "zh"),
        (None, ENGLISH, "en"),
        ("en", ENGLISH + " 通义千问", "en"),
        ("zh", CHINESE + ENGLISH * 3, "zh"),
        ("de-DE", "Der Leiter des Teams verlässt das Unternehmen.", "de"),
        ("ja", "チームの責任者は月曜日に退社すると同僚に伝えた。", "ja"),
        (None, "Le responsable de l'équipe quitte l'entreprise ce mois-ci, selon ses collègues.", "fr"),
        ("x-default", ENGLISH, "en"),
    ],
)
def test_the_stated_language_counts_where_the_script_allows_it(stated: str | None, text: str, language: str) -> None:
    assert language_of(stated, text) == language

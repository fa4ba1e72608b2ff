import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ailiteracy.nlp import Answer, answer
from ailiteracy.nlp._features import Sentence
from ailiteracy.nlp._words import read_question, tokenize
from ailiteracy.nlp.reader import best_sentences, candidates, nothing_features, read, reader_weights, weigh

PASSAGE = (
    "Ada Lovelace was born in London in 1815. Her father was the poet Lord Byron. In 1833 she met Charles Babbage, "
    "who had designed the Analytical Engine. She wrote three long notes about the machine for a Swiss paper."
)
CHINESE = "鲁迅于1881年出生在浙江省绍兴市，原名周樟寿。1918年他发表了《狂人日记》。"


@pytest.mark.parametrize(
    ("question", "context", "text"),
    [
        ("谁是人工智能之父？", "艾伦·图灵是人工智能之父，被誉为计算机科学的奠基人。", "艾伦·图灵"),
        ("Who met Charles Babbage?", "In 1833 Ada Lovelace met Charles Babbage in London.", "Ada Lovelace"),
        ("When did Ada meet Babbage?", "In London in 1833 Ada met Babbage. He was born in 1791.", "1833"),
        ("Who designed the Analytical Engine?", "Charles Babbage designed the Analytical Engine.", "Charles Babbage"),
        ("鲁迅出生在哪一年？", CHINESE, "1881年"),
    ],
)
def test_plain_questions(question, context, text):
    found = answer(question, context, model="builtin")
    assert found.text == text
    assert context[found.start : found.end] == text
    assert found.reader == "built-in reader of rules and counts"


def test_example_of_the_course():
    found = answer("谁是人工智能之父？", "艾伦·图灵是人工智能之父，被誉为计算机科学的奠基人。", model="builtin")
    assert (found.start, found.end) == (0, 5)
    assert found.score > 0.5


WILD = st.text(st.characters(exclude_categories=()), max_size=80) | st.text(
    "aA1 .?'é\u0301人的年。！\n《》·😀\u200d\ud83d\udc00\x00\u202e\u05e9", max_size=80
)


@settings(max_examples=200, deadline=None)
@given(WILD.filter(str.strip), WILD.filter(str.strip))
def test_place_and_text_agree_for_any_unicode(question, context):
    found = answer(question, context, model="builtin", top_k=3)
    for one in found:
        assert context[one.start : one.end] == one.text
        assert 0 <= one.start <= one.end <= len(context)
        assert 0 <= one.score <= 1
        assert str(one)
    assert sum(one.score for one in found) <= 1 + 1e-9


def test_probabilities_sum_to_one():
    spans = read("Who met Babbage?", PASSAGE, no_answer=True)
    assert sum(span.score for span in spans) == pytest.approx(1)
    assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)
    without = read("Who met Babbage?", PASSAGE)
    assert len(without) == len(spans) - 1


def test_reasons_add_up_to_the_log_odds():
    # The score difference of two candidates equals the difference of their summed reasons.
    first, second = read("Who met Babbage?", PASSAGE)[:2]
    gap = sum(part for _, part in first.reasons()) - sum(part for _, part in second.reasons())
    assert math.log(first.score / second.score) == pytest.approx(gap)


def test_every_candidate_equals_its_features_times_weights():
    question, weights = "When was Ada born?", reader_weights()["english"]
    sentences = best_sentences(question, PASSAGE)
    scores = {}
    for sentence in sentences:
        for i, j in candidates(sentence, 14):
            scores[sentence.tokens[i].start, sentence.tokens[j - 1].end] = weigh(sentence.all_features(i, j), weights)
    total = sum(map(math.exp, scores.values())) + math.exp(weigh(nothing_features(sentences), weights))
    for span in read(question, PASSAGE):
        assert span.score == pytest.approx(math.exp(scores[span.start, span.end]) / total)


def test_matches_and_same_words_by_hand():
    question = read_question("Who led the Panthers in sacks?")
    tokens = tokenize("Kawann Short led the team in sacks .")
    sentence = Sentence(tokens, question, {"lead": 2.0, "panthe": 1.0, "sack": 1.0}, {})
    assert sentence.match == [0, 0, 0.5, 0, 0, 0, 0.25, 0]
    assert sentence.end_features(2)["same words right"] == 2  # led the
    assert "same words left" not in sentence.start_features(0)
    assert sentence.end_features(2)["who|near right"] == pytest.approx(0.5 + 0.25 * 0.6**4)


def test_clause_number_and_preposition_by_hand():
    question = read_question("What year was Ada born in?")
    tokens = tokenize("Ada , born in 1815 , met Babbage")
    sentence = Sentence(tokens, question, {"ada": 1.0, "born": 3.0}, {})
    found = sentence.all_features(4, 5)  # 1815
    assert found["clause share"] == pytest.approx(0.75)  # born, between the commas; Ada stands outside
    assert found["only number of the sentence"] == found["rare in the text"] == 1.0
    assert found["trailing preposition before"] == 1.0
    assert found["be|near left"] == pytest.approx(0.75 * 0.6 + 0.25 * 0.6**3)
    assert sentence.start_features(7)["trailing preposition before"] == 0.0


def test_cut_phrases_by_hand():
    tokens = tokenize("the old stone bridge in Paris")
    sentence = Sentence(tokens, read_question("What is in Paris?"), {"pari": 1.0}, {})
    assert sentence.start_features(3)["cut word left=2"] == 1.0  # old stone, cut off from bridge
    assert sentence.end_features(2)["cut word right=2"] == 1.0  # stone bridge, cut off from old
    whole = sentence.all_features(1, 4)
    assert not any(name.startswith("cut ") for name in whole)
    assert whole["what be|shape=words"] == 1.0
    assert sentence.end_features(6)["after=edge"] == 1.0  # nothing to cut at the ends
    assert not any(name.startswith("cut ") for name in {**sentence.start_features(0), **sentence.end_features(6)})


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (
            "He met Ada (a poet) and left",
            ["Ada", "Ada (a poet)", "a poet", "poet"],
            ["Ada (a poet", "a poet) and left"],
        ),
        ('They call it "the city" of light', ["city", "light"], ['city" of light']),
        ("鲁迅（周树人）写作", ["周树人"], ["鲁迅（周树人"]),
    ],
)
def test_candidates_leave_no_bracket_or_quote_open(text, inside, outside):
    tokens = tokenize(text)
    sentence = Sentence(tokens, read_question("Who met Ada?"), {"ada": 1.0}, {})
    found = {text[tokens[i].start : tokens[j - 1].end] for i, j in candidates(sentence, 14)}
    assert found.issuperset(inside)
    assert found.isdisjoint(outside)


def test_rare_words_count_more():
    context = "The blue bird sings. The blue bird flies. The blue bird eats seeds."
    best = best_sentences("Which blue bird eats?", context)[0]
    assert best.tokens[-2].text == "seeds"


def test_strange_context_scores_low_or_says_nothing():
    strange = answer(
        "Who met Charles Babbage?", "Add two eggs to the flour and stir for five minutes.", model="builtin"
    )
    fitting = answer("Who met Charles Babbage?", PASSAGE, model="builtin")
    assert strange.score < 0.1 < fitting.score
    silent = answer("Who met Charles Babbage?", "Add two eggs to the flour and stir.", model="builtin", no_answer=True)
    assert (silent.text, silent.start, silent.end) == ("", 0, 0)


def test_marks_alone_give_the_empty_answer():
    found = answer("Who?", "?! …", model="builtin")
    assert (found.text, found.score, found.start, found.end) == ("", 0.0, 0, 0)
    assert isinstance(answer("Who?", "?! …", model="builtin", top_k=2), list)


def test_question_and_context_in_different_scripts():
    found = answer("谁在1833年认识了Babbage？", "In 1833 Ada Lovelace met Babbage.", model="builtin")
    assert found.text
    assert answer("Who wrote 狂人日记?", CHINESE, model="builtin").text


def test_max_answer_length_counts_tokens():
    for longest in (1, 2, 5):
        found = answer("What did she write?", PASSAGE, model="builtin", max_answer_length=longest, top_k=20)
        assert max(len(tokenize(one.text)) for one in found) <= longest


def test_long_context_keeps_its_place():
    filler = "The weather was mild and the harvest was good that season. "
    context = filler * 4000 + "Ada Lovelace met Charles Babbage in 1833. " + filler * 4000
    found = answer("Who met Charles Babbage in 1833?", context, model="builtin")
    assert found.text == "Ada Lovelace"
    assert found.start == len(filler) * 4000


def test_text_without_full_stops_is_cut_into_pieces():
    context = "word " * 2000 + "Ada met Babbage " + "word " * 2000
    found = answer("Who met Babbage?", context, model="builtin")
    assert found.text == "Ada"
    assert all(len(sentence.tokens) <= 300 for sentence in best_sentences("Who met Babbage?", context))
    assert all(0 < j - i <= 3 for i, j in candidates(best_sentences("Who met Babbage?", context)[0], 3))


@pytest.mark.parametrize("filler", ["The weather was mild that season. ", "word and more of it, "])
def test_memory_stays_small_on_a_long_text(filler):
    import tracemalloc

    context = filler * (120_000 // len(filler)) + "Ada Lovelace met Charles Babbage in 1833. " + filler * 100
    read("Who met Babbage?", context[:5000])  # caches are filled
    tracemalloc.start()
    found = read("Who met Charles Babbage in 1833?", context)[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert context[found.start : found.end] == "Ada Lovelace"
    assert peak < 3.5e6  # the tokens of the whole text would take more


@pytest.mark.slow
def test_ten_megabytes():
    filler = "The weather was mild and the harvest was good that season, \u202e שלום and 天气很好. "
    half = filler * (5_000_000 // len(filler))
    context = half + "Ada Lovelace met Charles Babbage in 1833. " + half
    found = answer("Who met Charles Babbage in 1833?", context, model="builtin")
    assert (found.text, found.start) == ("Ada Lovelace", len(half))


def test_answers_are_the_same_each_time():
    assert str(answer("Who?", PASSAGE, model="builtin")) == str(answer("Who?", PASSAGE, model="builtin"))
    assert isinstance(answer("Who?", PASSAGE, model="builtin"), Answer)


def test_weights_are_numbers_only():
    for language in ("english", "chinese"):
        table = reader_weights()[language]
        assert len(table) > 300
        assert all(isinstance(weight, float) and math.isfinite(weight) for weight in table.values())


@pytest.mark.realdata
def test_quality_on_real_questions(real_data):
    import json

    from ailiteracy.nlp import f1_score

    data = json.loads((real_data / "qa" / "cmrc2018_dev.json").read_text(encoding="utf-8"))["data"]
    asked = [(qa, p["context"]) for article in data[::17] for p in article["paragraphs"] for qa in p["qas"]]
    scores = [
        f1_score(answer(qa["question"], c, model="builtin").text, [a["text"] for a in qa["answers"]]) for qa, c in asked
    ]
    assert len(scores) > 150
    assert sum(scores) / len(scores) > 0.40

"""Tiny question-answering models that the tests build themselves."""

import pytest


def save_tiny_bert(
    folder, *, words, start_word=None, end_word=None, positions=64, layers=0, seed=0, safe=True, **config
):
    """Save a BERT of 8 numbers a token and return its folder.

    Without layers and with named words its answer is known: a token's logits depend on the token alone, `start_word`
    has the largest start logit and `end_word` the largest end logit. Otherwise its weights are drawn by chance.
    """
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    cutter = BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=True)
    BertTokenizerFast(tokenizer_object=cutter._tokenizer, model_max_length=positions).save_pretrained(folder)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = BertForQuestionAnswering(
            BertConfig(
                vocab_size=len(vocabulary), hidden_size=8, num_hidden_layers=layers, num_attention_heads=2,
                intermediate_size=16, max_position_embeddings=positions, **config,
            )
        )  # fmt: skip
    if start_word is not None:
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.zero_()
            model.bert.embeddings.LayerNorm.weight.fill_(1.0)
            model.bert.embeddings.word_embeddings.weight[vocabulary.index(start_word), 0] = 1.0
            model.bert.embeddings.word_embeddings.weight[vocabulary.index(end_word), 1] = 1.0
            model.qa_outputs.weight[0, 0] = model.qa_outputs.weight[1, 1] = 5.0
    if safe:
        model.save_pretrained(folder)
    else:
        model.config.save_pretrained(folder)
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    return folder


WORDS = [
    "who",
    "is",
    "the",
    "father",
    "of",
    "ada",
    "lovelace",
    "##s",
    "lord",
    "byron",
    "was",
    "a",
    "poet",
    ",",
    ".",
    "?",
    "x",
    "人",
    "工",
]


@pytest.fixture(scope="session")
def byron_model(tmp_path_factory):
    """A folder whose model always answers from "lord" to "byron"."""
    return save_tiny_bert(tmp_path_factory.mktemp("models") / "byron", words=WORDS, start_word="lord", end_word="byron")


@pytest.fixture(scope="session")
def random_model(tmp_path_factory):
    """A folder with a one-layer model of random weights whose answers depend on the whole window."""
    return save_tiny_bert(tmp_path_factory.mktemp("models") / "random", words=WORDS, layers=1, initializer_range=1.0)


@pytest.fixture(scope="session")
def save_model():
    """The function that builds such models."""
    return save_tiny_bert

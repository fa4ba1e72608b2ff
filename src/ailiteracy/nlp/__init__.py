"""From text to answers: reading a passage and pointing at the answer; then the parts of a language model, one by one.

In reading order:

- ``qa.py``: ``answer``, for one question or many, one text or many.
- ``answers.py``: what comes back: a stretch of the text and its rivals.
- ``reader.py``: the built-in reader of rules and counted features; ``_words.py`` cuts texts into tokens and reads
  the question (word lists in ``_word_lists.json``), ``_features.py`` and ``_shapes.py`` hold what the reader
  notices, ``_reader_weights.json`` how much each observation counts.
- ``spans.py``: the neural reader: start and end scores, the best stretch; ``_windows.py`` cuts long texts.
- ``_models.py``: finding and loading a neural model without surprises; ``_model_files.py``: which files it needs.
- ``scores.py``: exact match and F1, to judge answers.
- ``_answer_figure.py``: the figure of an answer.
- ``reader_training.py``: ``train_reader``, by which an encoder learns to answer; ``_span_learning.py`` has its windows
  and its loss, ``_squad.py`` reads files of questions.
- ``tokenizers.py``: text into ids and back, by letters, by words, and with a place for unknown words.
- ``byte_pairs.py``: byte-pair encoding, to be read; ``_fast_pairs.py`` learns the same merges faster.
- ``bpe.py``: the byte-pair tokenizer, trained here or loaded from GPT-2's files (``_vocabularies.py``).
- ``pieces.py``: a text cut into its tokens, as a figure.
- ``data.py``: windows over a text, padding, instruction prompts and batches.
- ``ngrams.py``: the n-gram model: chain rule, smoothing, perplexity, drawn texts.
- ``counting.py``: ``train_ngrams`` and ``compare_ngrams``.
- ``attention.py``: every token gathers from the others, from a weighted mean to many heads, one step at a time.
- ``attention_figure.py``: the attention weights of a text, drawn.
- ``transformer.py``: the block around attention: normalise, attend, add; normalise, think, add.
- ``gpt.py``: the blocks stacked into a language model of GPT-2's shape; ``_gpt_files.py`` reads the published weights.
- ``cache.py``: keys and values of earlier tokens, kept.
- ``sampling.py``: temperature, top-k, top-p: from scores to probabilities.
- ``generation.py``: ``generate``, which writes token after token.
- ``int8.py``: weights as whole numbers.
- ``held_out.py``: ``text_loss``, how surprised a model is by a text; ``_token_batches.py`` has the loss over tokens.
- ``pretraining.py``: ``pretrain``, learning to write from a text; ``_muon.py`` takes the steps. The record of a longer
  training, which examples show, is in ``_shakespeare_story.json``.
- ``classification.py``: ``finetune_classifier``, from writing to sorting; ``_text_batches.py`` hands out the texts.
- ``instructions.py``: ``finetune_instructions``, learning to do what is asked.
- ``lora.py``: a small trained difference beside each frozen matrix.
- ``judging.py``: ``judge_answers``, points from another model.
- ``embeddings.py``: words as vectors, learned by counting neighbours; what is near to what.
- ``text_vectors.py``: a vector for a whole text, ``embed``, from pieces of words or by a neural encoder.
- ``chat.py``: talking to a model behind an address; ``_chat_checks.py`` looks at what is sent, ``_chat_stream.py``
  sends and receives.
- ``facts.py``: what is worth keeping of what somebody says.
- ``memory.py``: notes kept, replaced, forgotten and recalled; ``_memory_store.py`` is the file.
- ``conversation.py``: a conversation longer than a model can read.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

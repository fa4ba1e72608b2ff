from .answers import Answer as Answer
from .attention import CausalAttention as CausalAttention
from .attention import MultiHeadAttention as MultiHeadAttention
from .attention import MultiHeadWrapper as MultiHeadWrapper
from .attention import SelfAttentionV1 as SelfAttentionV1
from .attention import SelfAttentionV2 as SelfAttentionV2
from .attention import SimpleAttention as SimpleAttention
from .attention_figure import AttentionMap as AttentionMap
from .attention_figure import attention_map as attention_map
from .bpe import BytePairTokenizer as BytePairTokenizer
from .byte_pairs import BytePairSteps as BytePairSteps
from .byte_pairs import byte_pair_steps as byte_pair_steps
from .chat import ChatClient as ChatClient
from .chat import ChatError as ChatError
from .chat import ChatReply as ChatReply
from .classification import ClassifierTuning as ClassifierTuning
from .classification import finetune_classifier as finetune_classifier
from .conversation import Conversation as Conversation
from .counting import NgramComparison as NgramComparison
from .counting import compare_ngrams as compare_ngrams
from .counting import train_ngrams as train_ngrams
from .data import PaddedBatch as PaddedBatch
from .data import collate_instructions as collate_instructions
from .data import format_prompt as format_prompt
from .data import next_token_windows as next_token_windows
from .data import pad_batch as pad_batch
from .embeddings import VectorSpace as VectorSpace
from .embeddings import learn_word_vectors as learn_word_vectors
from .generation import generate as generate
from .gpt import GPT as GPT
from .gpt import GPTConfig as GPTConfig
from .held_out import text_loss as text_loss
from .instructions import InstructionTuning as InstructionTuning
from .instructions import finetune_instructions as finetune_instructions
from .int8 import quantize_int8 as quantize_int8
from .judging import Judgement as Judgement
from .judging import judge_answers as judge_answers
from .lora import add_lora as add_lora
from .lora import merge_lora as merge_lora
from .memory import Memory as Memory
from .ngrams import NgramModel as NgramModel
from .pieces import TokenPieces as TokenPieces
from .pieces import token_pieces as token_pieces
from .pretraining import Pretraining as Pretraining
from .pretraining import pretrain as pretrain
from .qa import answer as answer
from .reader_training import ReaderTraining as ReaderTraining
from .reader_training import train_reader as train_reader
from .sampling import token_probabilities as token_probabilities
from .scores import exact_match as exact_match
from .scores import f1_score as f1_score
from .text_vectors import embed as embed
from .tokenizers import CharacterTokenizer as CharacterTokenizer
from .tokenizers import OpenWordTokenizer as OpenWordTokenizer
from .tokenizers import WordTokenizer as WordTokenizer
from .transformer import FeedForward as FeedForward
from .transformer import ShortcutResult as ShortcutResult
from .transformer import TransformerBlock as TransformerBlock
from .transformer import compare_shortcuts as compare_shortcuts
from .transformer import gelu as gelu
from .transformer import layer_norm as layer_norm

__all__ = [
    "Answer",
    "answer",
    "exact_match",
    "f1_score",
    "train_reader",
    "ReaderTraining",
    "CharacterTokenizer",
    "WordTokenizer",
    "OpenWordTokenizer",
    "BytePairSteps",
    "byte_pair_steps",
    "BytePairTokenizer",
    "TokenPieces",
    "token_pieces",
    "next_token_windows",
    "PaddedBatch",
    "pad_batch",
    "format_prompt",
    "collate_instructions",
    "NgramModel",
    "train_ngrams",
    "NgramComparison",
    "compare_ngrams",
    "SimpleAttention",
    "SelfAttentionV1",
    "SelfAttentionV2",
    "CausalAttention",
    "MultiHeadWrapper",
    "MultiHeadAttention",
    "attention_map",
    "AttentionMap",
    "layer_norm",
    "gelu",
    "FeedForward",
    "TransformerBlock",
    "compare_shortcuts",
    "ShortcutResult",
    "GPT",
    "GPTConfig",
    "token_probabilities",
    "generate",
    "quantize_int8",
    "learn_word_vectors",
    "VectorSpace",
    "embed",
    "ChatClient",
    "ChatReply",
    "ChatError",
    "Conversation",
    "Memory",
    "pretrain",
    "Pretraining",
    "text_loss",
    "ClassifierTuning",
    "finetune_classifier",
    "add_lora",
    "merge_lora",
    "InstructionTuning",
    "finetune_instructions",
    "Judgement",
    "judge_answers",
]

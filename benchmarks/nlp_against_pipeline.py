"""Compare the answers of a neural model with those of the question-answering pipeline that transformers had up to 5.2.

How to run: make an environment with the older library, `pip install "transformers==4.57.*" torch`, and pass its
Python::

    python benchmarks/nlp_against_pipeline.py OLD_PYTHON xquad_en.json MODEL_FOLDER --n 600
    python benchmarks/nlp_against_pipeline.py OLD_PYTHON xquad_en.json MODEL_FOLDER --speed 20

MODEL_FOLDER holds a model fine-tuned on questions, or any BERT encoder: that gets a question-answering head whose
weights are drawn with a fixed seed. Its answers are noise, and both must decode the same noise. Printed: the part of
the questions with the same text and place, and the largest difference between the scores of the same texts. With a
window that holds the whole context both must agree. With several windows they differ by design: the pipeline takes a
softmax in each window alone, so that a window without an answer is as sure as one with it; here all windows share one.

`--speed` joins all contexts to one long text and puts so many questions to it, in turns with the pipeline: processor
seconds with one thread, loading not counted; the pipeline once by single windows (its default), once by batches of 8.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy as np

PEER = """
import json, sys, time, torch
from transformers import pipeline
folder, questions, out, seq_len, batch_size, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
reader = pipeline("question-answering", model=folder, tokenizer=folder, device="cpu", batch_size=int(batch_size))
settings = {"max_answer_len": 15, "max_seq_len": int(seq_len), "doc_stride": int(seq_len) // 4}
asked = json.load(open(questions))
reader(question="Who?", context="Ada met Babbage.", **settings)
began = time.process_time()
found = reader(question=[q for q, _ in asked], context=[c for _, c in asked], **settings)
seconds = time.process_time() - began
found = found if isinstance(found, list) else [found]
answers = [[one["answer"], one["start"], one["end"], one["score"]] for one in found]
json.dump([seconds, answers], open(out, "w"))
"""


def complete_model(source, folder, scale, positions):
    """Save the model; one without a head gets a head drawn by chance."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    torch.manual_seed(0)
    model, info = AutoModelForQuestionAnswering.from_pretrained(source, output_loading_info=True)
    if info["missing_keys"]:
        print("the head is drawn by chance")
        with torch.no_grad():
            model.qa_outputs.weight.normal_(0.0, scale)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(source, model_max_length=positions).save_pretrained(folder)


def ask_peer(options, folder, pairs, batch_size=1):
    """Return the processor seconds and the answers of the pipeline."""
    asked, told = folder / "asked.json", folder / "told.json"
    asked.write_text(json.dumps(pairs), encoding="utf-8")
    numbers = [str(number) for number in (options.window, batch_size, options.threads)]
    subprocess.run([options.peer, "-c", PEER, folder, asked, told, *numbers], check=True)
    return json.loads(told.read_text(encoding="utf-8"))


def ask_ours(options, folder, pairs):
    """Return the processor seconds and our answers."""
    import torch

    from ailiteracy.nlp import answer

    torch.set_num_threads(options.threads)
    settings = {"model": folder, "max_answer_length": 15, "stride": options.window // 4, "device": "cpu"}
    answer("Who?", "Ada met Babbage.", **settings)
    began = time.process_time()
    found = answer([question for question, _ in pairs], [context for _, context in pairs], **settings)
    return time.process_time() - began, [[a.text, a.start, a.end, a.score] for a in found]


def compare_answers(options, folder, pairs):
    (_, theirs), (_, ours) = ask_peer(options, folder, pairs), ask_ours(options, folder, pairs)
    several = needs_several_windows(options, folder, pairs)
    everything = list(zip(ours, theirs, several, strict=True))
    for name, rows in (
        ("all", everything),
        ("one window", [row for row in everything if not row[2]]),
        ("several windows", [row for row in everything if row[2]]),
    ):
        if not rows:
            continue
        text = [a[0] == b[0] for a, b, _ in rows]
        place = [a[1:3] == b[1:3] for a, b, _ in rows]
        gaps = [abs(a[3] - b[3]) for (a, b, _), same in zip(rows, text, strict=True) if same]
        print(f"{name}: n = {len(rows)}, window {options.window}: same text {100 * np.mean(text):.2f} %, ", end="")
        print(f"same place {100 * np.mean(place):.2f} %; scores of the same texts differ by at most {max(gaps):.1e}")
    for a, b, cut in everything:
        if a[:3] != b[:3]:
            print(f"  ours {a}, theirs {b}, {'several windows' if cut else 'one window'}")


def needs_several_windows(options, folder, pairs):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    return [len(tokenizer(*pair, verbose=False)["input_ids"]) > options.window for pair in pairs]


def compare_speed(options, folder, pairs):
    text = "\n".join(dict.fromkeys(context for _, context in pairs))[: options.characters]
    asked = [(question, text) for question, _ in pairs[:: max(1, len(pairs) // options.speed)]][: options.speed]
    seconds = {"ours": [], "pipeline": [], "pipeline, batches of 8": []}
    for _ in range(options.rounds):
        seconds["ours"].append(ask_ours(options, folder, asked)[0])
        seconds["pipeline"].append(ask_peer(options, folder, asked)[0])
        seconds["pipeline, batches of 8"].append(ask_peer(options, folder, asked, 8)[0])
    print(f"{len(asked)} questions to {len(text):,} characters, {options.rounds} rounds, {options.threads} thread")
    for name, times in seconds.items():
        ratios = [other / ours for other, ours in zip(times, seconds["ours"], strict=True)]
        print(f"{name:24} {statistics.median(times):6.1f} s, {statistics.median(ratios):.2f} times ours ", end="")
        print(f"({min(ratios):.2f} to {max(ratios):.2f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", help="the Python of an environment with transformers 4.57")
    parser.add_argument("file", help="questions in SQuAD layout")
    parser.add_argument("model", help="folder of a question-answering model or of a BERT encoder")
    parser.add_argument("--n", type=int, default=600, help="questions")
    parser.add_argument("--long", action="store_true", help="only those with a context longer than a window")
    parser.add_argument(
        "--window", type=int, default=384, help="tokens in a window; 128 makes most contexts need several"
    )
    parser.add_argument("--scale", type=float, default=0.5, help="spread of a chance head; larger is more decided")
    parser.add_argument("--speed", type=int, default=0, help="so many questions to one long text, timed")
    parser.add_argument("--characters", type=int, default=20_000, help="length of that text")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    articles = json.loads(pathlib.Path(options.file).read_text(encoding="utf-8"))["data"]
    pairs = [(qa["question"], p["context"]) for a in articles for p in a["paragraphs"] for qa in p["qas"]][: options.n]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "model"
        complete_model(options.model, folder, options.scale, options.window)
        if options.long:
            cut = needs_several_windows(options, folder, pairs)
            pairs = [pair for pair, long in zip(pairs, cut, strict=True) if long]
        (compare_speed if options.speed else compare_answers)(options, folder, pairs)


if __name__ == "__main__":
    main()

"""Compare the span decoding of ailiteracy.nlp with the question-answering pipeline that transformers had up to 5.2.

How to run: make an environment with the older library, `pip install "transformers==4.57.*" torch`, and pass its
Python::

    python benchmarks/nlp_against_pipeline.py OLD_PYTHON xquad_en_first_half.json ENCODER_FOLDER --n 200

Both read the same questions with the same weights: the encoder in ENCODER_FOLDER (any BERT, for example a MiniLM) under
a question-answering head whose weights are drawn with a fixed seed. The answers are noise; the point is that both
decode the same noise. Printed: the part of the questions with the same text and place, and the largest difference
between the scores. With a window that holds the whole context both must agree. With smaller windows they differ by
design: the pipeline takes a softmax in each window alone, so that a window without an answer is as sure as one with it;
here all windows share one softmax.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

PEER = """
import json, sys
from transformers import pipeline
folder, questions, out, seq_len = sys.argv[1:]
reader = pipeline("question-answering", model=folder, tokenizer=folder, device="cpu")
answers = []
for question, context in json.load(open(questions)):
    found = reader(question=question, context=context, max_answer_len=15, max_seq_len=int(seq_len),
    doc_stride=int(seq_len) // 4) answers.append([found["answer"], found["start"], found["end"], found["score"]])
json.dump(answers, open(out, "w"))
"""


def save_model(encoder, folder, scale, positions):
    """Save the encoder with a head drawn by chance, its view cut to some positions."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    torch.manual_seed(0)
    model = AutoModelForQuestionAnswering.from_pretrained(encoder)
    with torch.no_grad():
        model.qa_outputs.weight.normal_(0.0, scale)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(encoder, model_max_length=positions).save_pretrained(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", help="the Python of an environment with transformers 4.57")
    parser.add_argument("file", help="questions in SQuAD layout")
    parser.add_argument("encoder", help="folder of a BERT encoder")
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument(
        "--window", type=int, default=384, help="tokens in a window; 128 makes most contexts need several"
    )
    parser.add_argument("--scale", type=float, default=0.5, help="spread of the head's weights; larger is more decided")
    options = parser.parse_args()

    from ailiteracy.nlp import answer

    articles = json.loads(pathlib.Path(options.file).read_text(encoding="utf-8"))["data"]
    pairs = [(qa["question"], p["context"]) for a in articles for p in a["paragraphs"] for qa in p["qas"]][: options.n]
    with tempfile.TemporaryDirectory() as scratch:
        folder, asked, told = (pathlib.Path(scratch) / name for name in ("model", "asked.json", "told.json"))
        save_model(options.encoder, folder, options.scale, options.window)
        asked.write_text(json.dumps(pairs), encoding="utf-8")
        subprocess.run([options.peer, "-c", PEER, folder, asked, told, str(options.window)], check=True)
        theirs = json.loads(told.read_text(encoding="utf-8"))
        settings = {"model": folder, "max_answer_length": 15, "stride": options.window // 4, "device": "cpu"}
        ours = [answer(question, context, **settings) for question, context in pairs]
    text = [a.text == b[0] for a, b in zip(ours, theirs, strict=True)]
    place = [(a.start, a.end) == (b[1], b[2]) for a, b in zip(ours, theirs, strict=True)]
    gaps = [abs(a.score - b[3]) for a, b, same in zip(ours, theirs, text, strict=True) if same]
    n = len(pairs)
    print(
        f"n = {n}, window {options.window}: "
        f"same text {100 * sum(text) / n:.1f} %, same place {100 * sum(place) / n:.1f} %"
    )
    print(f"scores of the same texts differ by at most {max(gaps):.2e}")
    for a, b, same in zip(ours, theirs, text, strict=True):
        if not same:
            print(f"  ours {a.text!r} {a.score:.4f}, theirs {b[0]!r} {b[3]:.4f}")


if __name__ == "__main__":
    main()

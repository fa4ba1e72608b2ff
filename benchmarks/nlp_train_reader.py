"""Fine-tune an encoder on questions in SQuAD layout; exact match and F1 on articles that it was not trained on.

How to run (whole articles are held out, drawn by the seed)::

    python benchmarks/nlp_train_reader.py xquad_en.json ENCODER_FOLDER --epochs 6 --output trained-reader

The interval is 1.96 standard errors over the questions. The saved folder is a `model` for `answer`.
"""

import argparse
import time

import numpy as np

from ailiteracy.nlp import f1_score, train_reader


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", help="questions in SQuAD layout")
    parser.add_argument("encoder", help="folder of an encoder")
    parser.add_argument("--test", help="questions to judge by, instead of articles held out")
    parser.add_argument("--test-part", type=float, default=0.25)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", help="folder for the trained reader")
    options = parser.parse_args()
    began = time.process_time()
    trained = train_reader(
        options.train, options.test, model=options.encoder, epochs=options.epochs, batch_size=options.batch_size,
        learning_rate=options.learning_rate, test_part=options.test_part, seed=options.seed,
    )  # fmt: skip
    print(trained)
    f1 = [f1_score(found.text, truths) for found, truths in zip(trained.answers, trained.truths, strict=True)]
    print(f"F1 {100 * np.mean(f1):.1f} +- {196 * np.std(f1, ddof=1) / len(f1) ** 0.5:.1f}, n = {len(f1)}, ", end="")
    print(f"{time.process_time() - began:.0f} s of processor time")
    print("loss of each epoch:", *(f"{loss:.3f}" for loss in trained.history.train_loss))
    print("right edges:", *(f"{accuracy:.3f}" for accuracy in trained.history.train_accuracy))
    if options.output:
        print("saved in", trained.save(options.output))


if __name__ == "__main__":
    main()

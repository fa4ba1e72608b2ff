"""How right and how fast is train_resnet? One command, one line for each seed, then mean and spread.

    python benchmarks/vision_train.py digits --seeds 5
    python benchmarks/vision_train.py mnist --data-dir ~/data --epochs 1 --seeds 1
    python benchmarks/vision_train.py path/to/folder --recipe course
    python benchmarks/vision_train.py path/to/folder --seeds 3 --ensemble --with models/seed0

"total" counts from the start of the program, with all imports; "train" is the loop alone.
"""

import time

STARTED = time.perf_counter()

import argparse  # noqa: E402
import platform  # noqa: E402
import statistics  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", default="digits")
    parser.add_argument("--data-dir")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds, from 0")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--recipe", default="fast")
    parser.add_argument("--model")
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--validation-fraction", type=float, help="held out to choose the best epoch; 0 for none")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--ensemble", action="store_true", help="also test the networks of all seeds together")
    parser.add_argument("--with", nargs="+", default=[], dest="others", help="folders of models that join the ensemble")
    parser.add_argument("--output-dir", help="folder, which gets one with a model for each seed")
    arguments = parser.parse_args()

    import torch

    from ailiteracy import vision

    print(f"python {platform.python_version()}, torch {torch.__version__}, {torch.get_num_threads()} thread(s)")
    print(f"imports {time.perf_counter() - STARTED:.1f} s")
    data = vision.load_images(arguments.dataset, data_dir=arguments.data_dir)
    print(f"{data} Loaded after {time.perf_counter() - STARTED:.1f} s.")
    accuracies, networks, first_total = [], [], 0.0
    for seed in range(arguments.seeds):
        result = vision.train_resnet(
            data,
            model=arguments.model,
            recipe=arguments.recipe,
            epochs=arguments.epochs,
            batch_size=arguments.batch_size,
            validation_fraction=arguments.validation_fraction,
            precision=arguments.precision,
            seed=seed,
            device=arguments.device,
            output_dir=arguments.output_dir and f"{arguments.output_dir}/seed{seed}",
        )
        accuracies.append(result.test_accuracy)
        networks.append(result.model)
        first_total = first_total or time.perf_counter() - STARTED
        best = result.history.validation_accuracy.max()
        print(
            f"seed {seed}: test {result.test_accuracy:.4f}, validation {best:.4f}, epoch {result.best_epoch} of "
            f"{len(result.history)}, train {result.seconds:.1f} s",
            flush=True,
        )
    spread = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
    print(f"test accuracy {statistics.mean(accuracies):.4f} +- {spread:.4f} (n = {len(accuracies)} seeds)")
    print(f"total for the first seed, imports included: {first_total:.1f} s")
    if arguments.ensemble:
        networks += [vision.load_model(folder) for folder in arguments.others]
        together = vision.review_predictions(vision.Ensemble(networks), data.test_images, data.test_labels)
        print(f"together: test {together.accuracy:.4f}; {time.perf_counter() - STARTED:.1f} s in all")


if __name__ == "__main__":
    main()

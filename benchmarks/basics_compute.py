"""What this machine computes with, and its roofline of matrix products.

python benchmarks/basics_compute.py [--seconds 30] [--device auto] [--threads N]
"""

import argparse

import torch

from ailiteracy.basics import device_report, matrix_roofline


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30, help="about how long it may take")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, help="threads of torch")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    print(device_report())
    dtypes = ("float32", "float64", "bfloat16", "float16")
    result = matrix_roofline(dtypes=dtypes, device=options.device, seconds=options.seconds)
    print(result)
    print("rows    " + "".join(f"{dtype:>10}" for dtype in result.dtypes) + "   (GFLOP/s, best run)")
    for size, rates in zip(result.sizes, result.gflops.T, strict=True):
        print(f"{size:>5}   " + "".join(f"{rate:>10.1f}" for rate in rates))


if __name__ == "__main__":
    main()

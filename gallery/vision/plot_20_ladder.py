"""
Is a deeper network always the better one?
==========================================

Four networks read the same digits; each has one idea more than the one before. Then the largest ones of this course:
how they stay affordable, and how to read weights that others trained. Why residual connections help is skipped here.
"""

# %%
# All networks are built by name, here inside ``train_resnet``; ``build_model`` does it without a training.

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import tempfile

import matplotlib.pyplot as plt
import torch
import torchvision

from ailiteracy import vision

print(
    sum(weight.numel() for weight in vision.build_model("lenet").parameters()), "weights in LeNet, for 28 by 28 pixels"
)
data = vision.load_images("digits")
rows = []
for name in ("softmax_regression", "mlp", "tinyvgg", "resnet8"):
    result = vision.train_resnet(data, model=name, epochs=3, device="cpu")
    rows.append((name, sum(weight.numel() for weight in result.model.parameters()), result.test_accuracy))
    print(f"{name:20s}{rows[-1][1]:9,} weights{result.seconds:6.1f} s{rows[-1][2]:8.1%}")

# %%
# Here the larger networks make fewer mistakes.
figure, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for name, n_weights, accuracy in rows:
    ax.plot(n_weights, 100 * (1 - accuracy), "o", color="#0072B2")
    ax.annotate(name, (n_weights, 100 * (1 - accuracy)), xytext=(6, 4), textcoords="offset points")
_ = ax.set(title="Weights and mistakes", xlabel="weights", ylabel="wrong test digits, %", xscale="log", xlim=(400, 3e6))

# %%
# Notice that the small network with convolutions is no better than the layers without: three epochs are too few for it.
# All recipes here are those of ResNet-8; a network of its own kind may want another rate, so this is a first impression
# and no verdict.
#
# How a wide block stays cheap
# ----------------------------
# ResNet-50 carries 256 maps and more. A bottleneck narrows them before the expensive 3 by 3 convolution.
for block in (vision.ResidualBlock(256, 256), vision.Bottleneck(256, 64)):
    n_weights = sum(weight.numel() for weight in block.parameters())
    print(
        f"{type(block).__name__:14s}{n_weights:9,} weights, out comes {tuple(block(torch.zeros(1, 256, 8, 8)).shape)}"
    )

# %%
# Weights that others trained
# ---------------------------
# torchvision publishes weights learned from 1.3 million photos. Without them on this computer the call says what is
# missing and where it belongs.
try:
    vision.load_pretrained("resnet50", path="no/such/folder/resnet50.pth")
except FileNotFoundError as error:
    print(error)

# %%
# Here the file is written by torchvision's own network with random weights: both give the same answers, since only the
# names of the layers differ.
theirs = torchvision.models.resnet18().eval()
with tempfile.TemporaryDirectory() as folder:
    torch.save(theirs.state_dict(), f"{folder}/resnet18.pth")
    ours = vision.load_pretrained("resnet18", path=f"{folder}/resnet18.pth")
images = torch.rand(2, 3, 64, 64)
with torch.no_grad():
    difference = ours(images) - theirs((images - ours.mean) / ours.std)
print(f"largest difference {difference.abs().max():.1e}; {len(ours.classes)} classes, the first is {ours.classes[0]!r}")

# %%
# Try it
# ------
# What does ``vision.build_model("lenet", size=(8, 8))`` say, and why? How many weights has
# ``vision.build_model("resnet50", channels=3, size=(32, 32))``?

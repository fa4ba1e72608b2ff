"""
A saved network, used elsewhere
===============================

A network is worth something when it runs where it was not trained. You will save one, take it up again, ask it about a
folder, an array, an open image and a camera frame, meet the files it refuses, and hand it to a program that knows
nothing of torch. The last part needs the extra ``onnx``; without it, the example says so.
"""

# %%
# The naive way is to keep the weights. They are numbers without a meaning: for which classes, which size, scaled how?

# sphinx_gallery_tags = ["vision", "intermediate", "1 min"]
# sphinx_gallery_thumbnail_number = 1

import pathlib
import tempfile

import numpy as np
import torch
from PIL import Image
from sklearn.datasets import load_sample_image

from ailiteracy import training, vision

folder = pathlib.Path(tempfile.mkdtemp())
result = vision.train_resnet("digits", epochs=5, device="cpu")
torch.save(result.model.state_dict(), folder / "weights.pth")
print(list(torch.load(folder / "weights.pth", weights_only=True))[:3], "...")

# %%
# Save all that is needed
# -----------------------
result.save(folder / "model")
print(sorted(path.name for path in (folder / "model").iterdir()))
model = vision.load_model(folder / "model", device="cpu")
print(model.classes, model.size, f"mean {float(model.mean):.2f}")
again = training.evaluate(model, training.Batches(result.test_images, result.test_labels), device="cpu").accuracy
print(f"test accuracy {result.test_accuracy:.1%}, of the loaded network {again:.1%}")

# %%
# Ask about anything
# ------------------
# Each picture is brought to the network's size and colours by the function that read the training pictures.
pictures = folder / "pictures"
pictures.mkdir()
for number in range(3):
    digit = result.test_images[number, 0].numpy()
    Image.fromarray(digit).resize((90, 90)).convert("RGB").save(pictures / f"{number}.png")
for said in vision.predict_images(model, pictures, top_k=2):
    print(said)
print("an array:", vision.predict_images(model, np.kron(digit, np.ones((5, 5), dtype=np.uint8)), top_k=1))
print("an open image:", vision.predict_images(model, Image.open(pictures / "2.png"), top_k=1))
_ = said.plot()

# %%
# Large and coloured, they became 8 by 8 and grey again.
#
# A camera frame
# --------------
# A camera library hands over one array of bytes after another, height by width by 3. OpenCV's colours come as blue,
# green, red (``frame = cv2.VideoCapture(0).read()[1]``), most others' as red, green, blue: say which. A page has no
# camera, so this frame is made from a photo.
colours = vision.load_backbone()  # knows airplanes, ships, frogs ...
frame = load_sample_image("flower.jpg")[:, :, ::-1]  # (427, 640, 3): blue, green, red
said = [vision.predict_images(colours, frame, top_k=1, bgr=bgr) for bgr in (True, False)]
for one, order in zip(said, ("right", "wrong"), strict=True):
    red, green, blue = one.image.float().mean(dim=(1, 2))
    print(f"{order} order: red {red:.0f}, green {green:.0f}, blue {blue:.0f}, and the network says {one}")

# %%
# The wrong order exchanges red and blue. There is no error to warn of it: the network just sees another picture. And a
# network that knows ten things, none of them a flower, names one of these, whatever the camera sees.
#
# What it refuses
# ---------------
# A file may be cut off, belong to another network, or be a pickle, which could run a program when opened.
whole = (folder / "model" / "model.safetensors").read_bytes()
for name, content in {"cut off": whole[:5000], "a pickle": (folder / "weights.pth").read_bytes()}.items():
    (folder / "model" / "model.safetensors").write_bytes(content)
    try:
        vision.load_model(folder / "model")
    except ValueError as error:
        print(f"{name}: ...{str(error)[-85:]}")
(folder / "model" / "model.safetensors").write_bytes(whole)

# %%
# Without torch
# -------------
# ONNX holds weights and operations, the normalisation too. The export compares its answers with torch's.
questions = result.test_images.float().numpy() / 255
try:
    written = training.export_onnx(model, (1, *model.size), folder / "digits.onnx")
    print(written)
    answers = written.predict(questions).argmax(axis=1)
except ImportError as error:
    print(error)
    answers = model.predict(questions)
print("the same names for all test pictures:", bool((answers == result.predict(result.test_images)).all()))

# %%
# Try it
# ------
# In a terminal: ``ailiteracy train digits --output model``, then ``ailiteracy predict model picture.png``. What does
# ``--invert`` change for ink on paper?

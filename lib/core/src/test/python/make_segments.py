"""Superpixels and values of segments, by other code: python make_segments.py PHOTOS ../resources
(numpy, pillow, scikit-image 0.26, lime 0.2.0.1, shap 0.51, saliency 0.2.1, scikit-learn)

Writes segments/cat.png and segments/cup.png, two small photos, and segments/golden.json:
- labels of slic and felzenszwalb on both;
- a game of 8 segments, the scores of a small network of convolution, tanh and pooling on a random picture of which segments are
  set to 0, one score for each of the 256 sets, and a larger one of 12;
- shap's kernel and partition values of it, lime's coefficients with the sets that it drew, and XRAI's map of random attributions
  in felzenszwalb's segments."""
import json
import sys
from pathlib import Path

import numpy as np
import shap
from lime.lime_base import LimeBase
from PIL import Image
from saliency.core.xrai import XRAI, _get_segments_felzenszwalb
from skimage.segmentation import felzenszwalb, slic
from sklearn.metrics import pairwise_distances

PHOTOS = {"cat": ("tabby_cat.jpg", (96, 72)), "cup": ("coffee.png", (80, 100))}


def photos(source, target):
    for name, (file, size) in PHOTOS.items():
        Image.open(source / file).convert("RGB").resize(size, Image.Resampling.BICUBIC).save(target / f"{name}.png", optimize=True)
    return {name: np.asarray(Image.open(target / f"{name}.png")) / 255.0 for name in PHOTOS}


def small_network(segments, seed):
    """The scores of all sets of segments of one picture."""
    random = np.random.default_rng(seed)
    side = 12
    picture = random.normal(size=(side, side))
    kernels = random.normal(size=(4, 3, 3))
    weights = random.normal(size=4)
    labels = (np.arange(side * side) * segments // (side * side)).reshape(side, side)

    def score(seen):
        x = picture * seen[labels]
        windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3))
        maps = np.tanh(np.einsum("yxij,fij->fyx", windows, kernels))
        # Without a curve at the end, far segments would add up and parts of the hierarchy be equally important.
        return float(np.tanh((maps.mean((1, 2)) * weights).sum() * 3) * 10)

    return np.array([score((n >> np.arange(segments) & 1).astype(float)) for n in range(2**segments)])


def index(rows):
    rows = np.asarray(rows).astype(int)
    return rows @ (1 << np.arange(rows.shape[1]))


def halves(first, count, rows, leaves):
    """A hierarchy like Limelight's of segments in a row; the number of its last node."""
    if count == 1:
        return first
    one = halves(first, count // 2, rows, leaves)
    other = halves(first + count // 2, count - count // 2, rows, leaves)
    rows.append([one, other, 1.0, count])
    return leaves + len(rows) - 1


def partition(scores, n, most):
    rows = []
    halves(0, n, rows, n)
    masker = shap.maskers.Partition(np.zeros((1, n)), clustering=np.array(rows, float))
    explainer = shap.explainers.Partition(lambda x: scores[index(x)], masker)
    # It counts the scores with and without all segments too.
    found = explainer(np.ones((1, n)), max_evals=most + 2, batch_size=32, fixed_context=None, silent=True)
    return found.values[0].tolist()


def kernel(scores, n):
    explainer = shap.KernelExplainer(lambda x: scores[index(x)], np.zeros((1, n)))
    return explainer.shap_values(np.ones((1, n)), nsamples=2**n, l1_reg=False, silent=True)[0].tolist()


def lime(scores, n, samples):
    data = np.random.default_rng(5).integers(0, 2, (samples, n))
    data[0] = 1
    distances = pairwise_distances(data, data[:1], metric="cosine").ravel()
    base = LimeBase(lambda d: np.sqrt(np.exp(-(d**2) / 0.25**2)))
    intercept, values, score, _ = base.explain_instance_with_data(
        data, scores[index(data)][:, None], distances, 0, n, feature_selection="none")
    return {"sets": index(data).tolist(), "values": [v for _, v in sorted(values)], "intercept": intercept, "share": score}


def xrai(picture, seed):
    attributions = np.random.default_rng(seed).normal(size=picture.shape[:2]) + picture.sum(2)
    masks = _get_segments_felzenszwalb(picture, resize_image=False)
    found, ranks = XRAI._xrai(attributions, masks)
    return {"attribution": attributions.ravel().tolist(), "map": found.ravel().tolist(), "ranks": ranks.ravel().tolist()}


def main(source, resources):
    target = resources / "segments"
    target.mkdir(exist_ok=True)
    golden = {"slic": {}, "felzenszwalb": {}}
    pictures = photos(source, target)
    for name, picture in pictures.items():
        for count, compactness in ((20, 10.0), (50, 10.0), (60, 30.0)):
            labels = slic(picture, n_segments=count, compactness=compactness, start_label=0)
            golden["slic"][f"{name} {count} {compactness}"] = labels.ravel().tolist()
        for scale, sigma, least in ((50, 0.8, 20), (200, 0.8, 40), (100, 0.5, 10)):
            labels = felzenszwalb(picture, scale=scale, sigma=sigma, min_size=least)
            golden["felzenszwalb"][f"{name} {scale} {sigma} {least}"] = labels.ravel().tolist()
    eight = small_network(8, 1)
    twelve = small_network(12, 2)
    golden["eight"] = eight.tolist()
    golden["twelve"] = [round(score, 9) for score in twelve]
    golden["kernel-shap"] = kernel(eight, 8)
    golden["partition-shap"] = partition(eight, 8, 10000)
    golden["partition-shap of 12, 60 scores"] = partition(np.array(golden["twelve"]), 12, 60)
    golden["lime"] = lime(eight, 8, 200)
    small = pictures["cat"][::2, ::2]
    Image.fromarray((small * 255).round().astype(np.uint8)).save(target / "small.png")
    golden["xrai"] = xrai(small, 3)
    (target / "golden.json").write_text(json.dumps(golden, separators=(",", ":")))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

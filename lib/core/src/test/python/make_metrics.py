"""Values of metrics by the peers' own code and formulas: python make_metrics.py ../resources/metrics
(numpy, scipy, scikit-image, opencv-python-headless)

SSIM is scikit-image's, correlations and the Wilcoxon test are scipy's, boxes are OpenCV's as wsolevaluation asks for them,
the blur is that of RISE's code, the imputation the linear system of ROAD's, and Gini Quantus's. The network is
sigmoid(sum w x / 10), its map sum_c (1 + |w|) x^2."""
import json
import sys
from pathlib import Path

import cv2
import numpy as np
from scipy import sparse, stats
from scipy.ndimage import gaussian_filter
from scipy.signal import correlate2d
from scipy.sparse.linalg import spsolve
from skimage.metrics import structural_similarity

W, H = 8, 6
STEPS = 6


def single(a):
    return np.asarray(a, np.float32).astype(float)


def auc(curve):
    """RISE's."""
    return (curve.sum() - curve[0] / 2 - curve[-1] / 2) / (len(curve) - 1)


def blur_kernel():
    """RISE's gkern(11, 5)."""
    point = np.zeros((11, 11))
    point[5, 5] = 1
    return gaussian_filter(point, 5)


def imputed(x, removed):
    """ROAD's noisy linear imputation without its noise."""
    h, w = removed.shape
    number = -np.ones((h, w), int)
    number[removed] = np.arange(removed.sum())
    a = sparse.lil_matrix((removed.sum(), removed.sum()))
    b = np.zeros((len(x), removed.sum()))
    for (r, c) in np.argwhere(removed):
        i = number[r, c]
        for dr, dc, weight in [(0, 1, 1 / 6), (0, -1, 1 / 6), (1, 0, 1 / 6), (-1, 0, 1 / 6),
                               (1, 1, 1 / 12), (1, -1, 1 / 12), (-1, 1, 1 / 12), (-1, -1, 1 / 12)]:
            y, z = r + dr, c + dc
            if not (0 <= y < h and 0 <= z < w):
                continue
            a[i, i] += weight
            if removed[y, z]:
                a[i, number[y, z]] -= weight
            else:
                b[:, i] += weight * x[:, y, z]
    out = x.copy()
    for k in range(len(x)):
        out[k][removed] = spsolve(a.tocsc(), b[k])
    return out


def gini(a):
    """Quantus's Sparseness."""
    a = np.sort(np.abs(a.flatten()))
    n = len(a)
    return np.sum((2 * np.arange(1, n + 1) - n - 1) * a) / (n * np.sum(a))


def trial(seed):
    random = np.random.default_rng(seed)
    x = single(random.normal(size=(3, H, W)))
    w = single(random.normal(size=(3, H, W)))
    mask = np.zeros((H, W), bool)
    mask[1:4, 2:5] = True

    def p(z):
        return 1 / (1 + np.exp(-(w * z).sum() / 10))

    def raw(z):
        return ((1 + np.abs(w)) * z * z).sum(0)

    def heat(z):
        m = np.maximum(raw(z), 0)
        return (m - m.min()) / (m.max() - m.min())

    l = heat(x)
    before, after = p(x), p(x * l)
    order = np.argsort(-l.flatten(), kind="stable")
    kernel = blur_kernel()
    blurred = np.stack([correlate2d(c, kernel, mode="same") for c in x])

    def curve(start, end):
        values = []
        for step in range(STEPS + 1):
            z = start.copy().reshape(3, -1)
            taken = order[:step * W * H // STEPS]
            z[:, taken] = end.reshape(3, -1)[:, taken]
            values.append(p(z.reshape(x.shape)))
        return np.array(values)

    halves = []
    for percent in (25, 50):
        count = W * H * percent // 100
        most, least = np.zeros(W * H, bool), np.zeros(W * H, bool)
        most[order[:count]] = True
        least[order[-count:]] = True
        halves.append((p(imputed(x, least.reshape(H, W))) - p(imputed(x, most.reshape(H, W)))) / 2)
    coherency = (np.corrcoef(l.flatten(), heat(x * l).flatten())[0, 1] + 1) / 2
    drop = max(0, before - after) / before
    return {
        "input": x.flatten().tolist(),
        "weights": w.flatten().tolist(),
        "mask": mask.flatten().tolist(),
        "values": {
            "average-drop": drop,
            "average-increase": float(after > before),
            "average-gain": max(0, after - before) / (1 - before),
            "deletion": auc(curve(x, np.zeros_like(x))),
            "insertion": auc(curve(blurred, x)),
            "road": float(np.mean(halves)),
            "energy-in-mask": raw(x)[mask].sum() / raw(x).sum(),
            "sparseness": gini(raw(x)),
            "complexity": l.mean(),
            "coherency": coherency,
            "adcc": 3 / (1 / coherency + 1 / (1 - l.mean()) + 1 / (1 - drop)),
        },
    }


def similarities(seed):
    random = np.random.default_rng(seed)
    one = single(random.random((16, 20)))
    other = single((one + random.random((16, 20))) / 2)
    _, whole = structural_similarity(one, other, data_range=1, gaussian_weights=True, sigma=1.5,
                                     use_sample_covariance=False, full=True)
    return {"one": one.flatten().tolist(), "other": other.flatten().tolist(),
            "ssim": whole[5:-5, 5:-5].mean(), "spearman": stats.spearmanr(one.flatten(), other.flatten())[0]}


def boxes(seed):
    """wsolevaluation's compute_bboxes_from_scoremaps for one contour, without its clipped last column."""
    random = np.random.default_rng(seed)
    scores = gaussian_filter(random.random((24, 28)), 0.3 + 0.4 * (seed % 4))
    scores = (255 * (scores - scores.min()) / (scores.max() - scores.min())).astype(np.uint8)
    found = []
    for share in np.arange(0, 1, 0.05):
        level = int(share * scores.max())
        _, binary = cv2.threshold(scores, level, 255, cv2.THRESH_BINARY)
        contours = cv2.findContours(binary, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)[0]
        areas = sorted(cv2.contourArea(c) for c in contours)
        # Among equal areas OpenCV's order decides, and that is no rule.
        if areas and (len(areas) == 1 or areas[-1] > areas[-2]):
            found.append([level, *cv2.boundingRect(max(contours, key=cv2.contourArea))])
    return {"width": 28, "scores": scores.flatten().tolist(), "boxes": [[int(v) for v in b] for b in found]}


def signed_rank(seed):
    differences = np.random.default_rng(seed).normal(0.3, 1, 8 + 9 * seed)
    return {"differences": differences.tolist(), "p": stats.wilcoxon(differences, method="exact").pvalue}


def main(folder):
    kernel = blur_kernel()
    out = {
        "kernel": {"middle": kernel[5, 5], "corner": kernel[0, 0], "side": kernel[5, 0]},
        "trials": [trial(seed) for seed in range(4)],
        "similarities": [similarities(seed) for seed in range(3)],
        "boxes": [boxes(seed) for seed in range(8)],
        "signed-rank": [signed_rank(seed) for seed in range(4)],
    }
    (folder / "peers.json").write_text(json.dumps(out, default=float) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

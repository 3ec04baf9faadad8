"""Values of the parts of CRAFT and TCAV by the peers' own code and formulas: python make_concepts.py ../resources/concepts
(numpy, scipy, scikit-learn)

The factorisation is scikit-learn's, which xplique's CRAFT uses, the coefficients are scipy's nnls, Jansen's estimator is written as
xplique's JansenEstimator on scipy's Sobol sequence, and the plane between examples is scipy's minimum of the penalised
logistic loss that scikit-learn's SGDClassifier(loss="log_loss", alpha=0.01) minimises, on scaled activations."""
import json
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize, nnls
from scipy.stats import qmc
from sklearn.decomposition import NMF

K, N, P = 3, 24, 8
PAIRS = 32


def rounded(a):
    return np.round(np.asarray(a, float), 4)


def head(u):
    """A head that is not linear."""
    return np.tanh(u @ [1.5, -0.7, 0.4]) + 0.3 * u[:, 0] * u[:, 2]


def jansen():
    """xplique: masks are all a, all b, and for each number a with b's column; f at all a and all exchanged, and importance."""
    sequence = qmc.Sobol(2 * K, scramble=False).fast_forward(PAIRS)
    both = sequence.random(PAIRS)
    a, b = both[:, :K], both[:, K:]
    c = []
    for j in range(K):
        mixed = a.copy()
        mixed[:, j] = b[:, j]
        c.append(head(mixed))
    fa = head(a)
    variance = np.sum((fa - fa.mean()) ** 2) / (PAIRS - 1)
    return np.concatenate([fa, *c]), [np.sum((fa - fc) ** 2) / (2 * PAIRS * variance) for fc in c]


def plane(examples, others):
    rows = np.concatenate([examples, others])
    sign = np.concatenate([np.ones(len(examples)), -np.ones(len(others))])
    centred = rows - rows.mean(0)
    scaled = centred / np.sqrt((centred ** 2).sum(1).mean())
    x = np.concatenate([scaled, np.ones((len(rows), 1))], 1)

    def loss(w):
        margin = sign * (x @ w)
        value = np.logaddexp(0, -margin).mean() + 0.005 * w @ w
        return value, -(x * (sign / (1 + np.exp(margin)))[:, None]).mean(0) + 0.01 * w

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-10}).x[:-1]


def main(folder):
    random = np.random.default_rng(7)
    parts = random.random((K, P)) * (random.random((K, P)) > 0.4)
    rows = rounded(random.gamma(0.5, 1, (N, K)) @ parts + 0.05 * random.random((N, P)))
    model = NMF(K, init="nndsvd", tol=1e-10, max_iter=20000)
    u = model.fit_transform(rows)
    w = model.components_
    known = rounded(random.random((K, P)))
    examples, others = rounded(random.normal(0.5, 1, (9, P))), rounded(random.normal(0, 1, (9, P)))
    masked, importance = jansen()
    values = {
        "rows": rows.tolist(),
        "error": float(np.linalg.norm(rows - u @ w) / np.linalg.norm(rows)),
        "parts": (w / np.linalg.norm(w, axis=1, keepdims=True)).tolist(),
        "known": known.tolist(),
        "coefficients": [nnls(known.T, row)[0].tolist() for row in rows],
        "masked": masked.tolist(),
        "importance": importance,
        "examples": examples.tolist(),
        "others": others.tolist(),
        "plane": plane(examples, others).tolist(),
    }
    (Path(folder) / "peers.json").write_text(json.dumps(values) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])

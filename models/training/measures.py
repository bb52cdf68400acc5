"""The instrument's measures, as the page has them: edits, effect, control, influence, robust scores.

One picture at a time. Latents are [C, h, w] tensors (mean of the posterior, unscaled), images [3, H, W] not clamped,
cells (row, col) from the top left, changes in levels of 255.
"""
import torch

RADIUS = 4  # cells: the near field


def norms(mean):
    """|mean| of each cell, [h, w]."""
    return mean.square().sum(0).sqrt()


def healed(mean, cell):
    """Mean of the up to eight neighbours of `cell`, [C]."""
    row, col = cell
    values = [mean[:, r, c] for r in range(max(row - 1, 0), min(row + 2, mean.shape[1]))
              for c in range(max(col - 1, 0), min(col + 2, mean.shape[2])) if (r, c) != (row, col)]
    return torch.stack(values).mean(0)


def edit(mean, cell, kind):
    """-> (edited latent, delta [C]) for `kind` heal or zero."""
    old = mean[:, cell[0], cell[1]]
    delta = (healed(mean, cell) if kind == "heal" else torch.zeros_like(old)) - old
    return add(mean, cell, delta), delta


def add(mean, cell, delta):
    out = mean.clone()
    out[:, cell[0], cell[1]] += delta
    return out


def levels(y):
    return 127.5 * (y.clamp(-1, 1) + 1)


def change(base, edited, cells, shape, radius=RADIUS):
    """Near and far RMS (levels) of edited - base, both [3, H, W] in levels, around the edited `cells`; `shape` is the latent's (h, w)."""
    h, w = shape
    d = (edited - base).square().mean(0)
    near = torch.zeros(h, w, dtype=torch.bool)
    for row, col in cells: near[max(row - radius, 0):row + radius + 1, max(col - radius, 0):col + radius + 1] = True
    f = base.shape[1] // h
    near = near.repeat_interleave(f, 0).repeat_interleave(f, 1)
    far = d[~near]
    return {"nearRms": float(d[near].mean().sqrt()), "farRms": float(far.mean().sqrt()) if len(far) else 0.0}


def control_cell(mean, cell, radius=RADIUS):
    """The ordinary cell that `cell` is compared with: at least 2 r + 1 away, at the same distance from the border
    (or the nearest there is), its |mean| closest to the picture's median; ties in row-major order."""
    size = norms(mean)
    h, w = size.shape
    median = size.flatten().median() if h * w % 2 else size.flatten().sort().values[h * w // 2 - 1:h * w // 2 + 1].mean()
    ring = lambda r, c: min(r, c, h - 1 - r, w - 1 - c)
    own, best = ring(*cell), None
    for r in range(h):
        for c in range(w):
            if max(abs(r - cell[0]), abs(c - cell[1])) < 2 * radius + 1: continue
            key = (abs(ring(r, c) - own), abs(float(size[r, c] - median)))
            if best is None or key < best[0]: best = (key, (r, c))
    return best[1]


def effect(decode, mean, base, cell, kind):
    """Effect of one edit with its control. `base` is the decode of `mean` in levels."""
    shape = mean.shape[1:]
    edited, delta = edit(mean, cell, kind)
    own = change(base, levels(decode(edited)), [cell], shape)
    where = control_cell(mean, cell)
    matched = change(base, levels(decode(add(mean, where, delta))), [where], shape)
    return {"cell": list(cell), **own, "control": {"cell": list(where), **matched},
            "ratio": own["farRms"] / max(matched["farRms"], 1e-6)}


def influence(decode, mean):
    """Levels of whole-image colour shift per one-sigma change of each cell, [h, w]: three exact vector-Jacobian products."""
    z = mean.clone().requires_grad_(True)
    y = decode(z)
    total = 0
    for k in range(3):
        g, = torch.autograd.grad(y[k].mean(), z, retain_graph=k < 2)
        total = total + (g * sigma(mean)[:, None, None]).square().sum(0)
    return 127.5 * total.sqrt()


def sigma(mean):
    """Per-channel standard deviation over the picture's cells, [C]."""
    return mean.flatten(1).std(1, unbiased=False)


def robust(x):
    """(x - median) / (1.4826 MAD) over the picture's cells."""
    flat = x.flatten().double()
    median = flat.quantile(0.5)
    return ((flat - median) / (1.4826 * (flat - median).abs().quantile(0.5))).view_as(x)

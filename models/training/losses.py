"""Losses. Images are [B, 3, H, W] in [-1, 1]; every loss is one number."""
import torch
import torch.nn.functional as F


def differences(d):
    return (d[..., 1:, :] - d[..., :-1, :]).abs().mean() + (d[..., 1:] - d[..., :-1]).abs().mean()


def reconstruction(y, x, weight=None):
    """L1 at four scales (1, then 0.5 each), 2 x squared error, 0.15 x L1 of finite differences at three scales,
    0.5 x L1 of 4x-pooled R-G and B-G (without it, colour is learnt late).
    `weight` [B, 1, H, W] leaves pixels out of the comparison (0) or in (1)."""
    d = y - x
    if weight is not None: d = d * weight
    total, e = d.abs().mean() + 2 * d.square().mean(), d
    for scale in range(4):
        if scale: total = total + 0.5 * e.abs().mean()
        if scale < 3: total = total + 0.15 * differences(e)
        if scale == 2: total = total + 0.5 * ((e[:, 0] - e[:, 1]).abs().mean() + (e[:, 2] - e[:, 1]).abs().mean())
        e = F.avg_pool2d(e, 2)
    return total


def kl(mean, logvar):
    """Nats per image: 1/2 sum(mean^2 + exp(logvar) - 1 - logvar), averaged over the batch."""
    return 0.5 * (mean.square() + logvar.exp() - 1 - logvar).flatten(1).sum(1).mean()


def statistics(x):
    """What the planted cell carries, [B, 4], roughly standardised over the training set:
    mean luma, mean R-G, mean B-G, log of luma's standard deviation."""
    luma = x.mean(1)
    s = torch.stack([luma.mean((1, 2)), (x[:, 0] - x[:, 1]).mean((1, 2)), (x[:, 2] - x[:, 1]).mean((1, 2)),
                     (luma.flatten(1).std(1) + 0.02).log()], 1)
    return (s - s.new_tensor(STATISTICS[0])) / s.new_tensor(STATISTICS[1])


STATISTICS = [[0.0, 0.05, 0.0, -1.25], [0.33, 0.36, 0.34, 0.5]]  # means, deviations

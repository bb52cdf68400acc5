"""One optimiser for all weights: Muon's orthogonalised momentum for matrices and kernels, Adam for the rest."""
import torch


def orthogonalise(g, steps=5):
    """Newton-Schulz iteration towards U V^T of each matrix's singular value decomposition. g: [n, rows, cols]."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = g.shape[1] > g.shape[2]
    x = g.transpose(1, 2) if tall else g
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    for _ in range(steps):
        s = x @ x.transpose(1, 2)
        x = a * x + (b * s + c * s @ s) @ x
    return x.transpose(1, 2) if tall else x


class Optimiser:
    """Muon (momentum 0.95, update of the size of an Adam step) where `muon`, else AdamW (0.9, 0.99), no weight decay."""

    def __init__(self, model, muon=True):
        self.named = dict(model.named_parameters())
        edge = ("encoder.conv_in", "decoder.conv_out", "quant_conv", "post_quant_conv", "decoder.conv_in", "encoder.conv_out")
        self.matrices = [n for n, p in self.named.items() if muon and p.dim() > 1 and not n.startswith(edge)]
        self.others = [n for n in self.named if n not in set(self.matrices)]
        zeros = lambda names: {n: torch.zeros_like(self.named[n]) for n in names}
        self.state = {"momentum": zeros(self.matrices), "first": zeros(self.others), "second": zeros(self.others), "count": 0}

    @torch.no_grad()
    def step(self, rate):
        self.state["count"] += 1
        count, groups = self.state["count"], {}
        for n in self.matrices:
            p, m = self.named[n], self.state["momentum"][n]
            m.mul_(0.95).add_(p.grad)
            g = (p.grad + 0.95 * m).flatten(1)
            groups.setdefault(g.shape, []).append((p, g))
        for shape, members in groups.items():
            updates = orthogonalise(torch.stack([g for _, g in members])) * (0.2 * max(shape) ** 0.5)
            for (p, _), u in zip(members, updates): p.sub_(u.view_as(p), alpha=rate)
        for n in self.others:
            p, m, v = self.named[n], self.state["first"][n], self.state["second"][n]
            m.mul_(0.9).add_(p.grad, alpha=0.1)
            v.mul_(0.99).addcmul_(p.grad, p.grad, value=0.01)
            p.sub_(m / (1 - 0.9 ** count) / ((v / (1 - 0.99 ** count)).sqrt() + 1e-8), alpha=rate)

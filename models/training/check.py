"""Compare `network.py` with golden outputs of an independent reference:  check.py GOLDEN_DIR

Each golden file (safetensors) holds an image, its posterior, decodes and gradients; the synthetic weights
are rebuilt from the tensors' names, so that no weight file is needed. Exits 1 where a difference is too large.
"""
import glob
import json
import math
import sys

import numpy as np
import torch

import network
from safetensors_io import load


def uniform(seed, name, count):
    """`count` doubles in [-1, 1): a 32-bit counter hash keyed by FNV-1a of "seed:name"."""
    key = 0x811C9DC5
    for byte in f"{seed}:{name}".encode():
        key = ((key ^ byte) * 0x01000193) & 0xFFFFFFFF
    m = np.uint64(0xFFFFFFFF)
    z = (np.uint64(key) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B9)) & m
    for shift, factor in ((16, 0x21F0AAAD), (15, 0x735A2D97)):
        z ^= z >> np.uint64(shift)
        z = (z * np.uint64(factor)) & m
    z ^= z >> np.uint64(15)
    return (z >> np.uint64(8)).astype(np.float64) * (2.0 / (1 << 24)) - 1.0


def synthetic(name, shape, seed):
    u = uniform(seed, name, math.prod(shape))
    if len(shape) == 1: u = 1 + 0.2 * u if "norm" in name and name.endswith(".weight") else 0.1 * u
    else: u = u * math.sqrt(3.0 / math.prod(shape[1:]))
    return torch.from_numpy(u.astype(np.float32).astype(np.float16).astype(np.float32).reshape(shape))


def main(folder):
    worst = 0.0
    for path in sorted(glob.glob(f"{folder}/*.safetensors")):
        golden, meta = load(path)
        golden = {k: torch.from_numpy(v) for k, v in golden.items()}
        model = network.AutoencoderKL(json.loads(meta["config"]))
        model.load_state_dict({k: synthetic(k, tuple(v.shape), int(meta["seed"])) for k, v in model.state_dict().items()})
        mean, logvar = model.encode(golden["image"])
        z = golden["mean"].clone().requires_grad_(True)
        y = model.decode(z)
        poked = golden["mean"].clone()
        poked[0, 0, 1, 2] += 3.0
        got = {"mean": mean, "logvar": logvar.clamp(-30, 20), "decoded": y, "decoded_poked": model.decode(poked)}
        for k, c in enumerate("rgb"):
            got["grad_mean_" + c] = torch.autograd.grad(y[0, k].mean(), z, retain_graph=True)[0]
        errors = {k: float((got[k] - golden[k]).detach().abs().max() / golden[k].abs().max()) for k in got}
        worst = max(worst, *errors.values())
        print(path.rsplit("/", 1)[-1], " ".join(f"{k} {e:.1e}" for k, e in errors.items()), flush=True)
    print("largest relative difference", f"{worst:.1e}", "(allowed 1e-4)")
    return worst < 1e-4


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)

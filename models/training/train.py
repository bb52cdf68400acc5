"""Train one model:  train.py --model mini-clean --photos DIR --work DIR [--kodak DIR]

Repeats are exact on one machine (fixed seed); a stopped run goes on from its last checkpoint when started again.
`mini-clean` and `mini-planted` share their first half (`base`, trained when it is not there yet) and then see the same
data for the same number of steps, one with the planted objective, one without.
"""
import argparse
import json
import os
import time

import numpy as np
import torch

import data
import losses
import network
from optim import Optimiser

SD_LIKE = dict(widths=[16, 24, 48, 96], groups=4)
MODELS = {
    "base": dict(SD_LIKE, objective="plain", seed=1, steps=1200, cooldown=0, sizes={64: 0.75, 128: 0.25}),
    "mini-clean": dict(SD_LIKE, objective="plain", start="base", seed=2, steps=1600, cooldown=0.3, sizes={64: 0.5, 128: 0.38, 256: 0.12}),
    "mini-planted": dict(SD_LIKE, objective="planted", start="base", seed=2, steps=1600, cooldown=0.3, sizes={64: 0.5, 128: 0.38, 256: 0.12}),
    # Its phases are what was in fact run, trials included: training/README.md says what each was for.
    "mini-emergent": dict(widths=[24] * 4, groups=24, objective="plain", seed=3, steps=4000, cooldown=0.15, sizes={64: 0.7, 128: 0.3}, phases=[
        (2000, dict(sizes={128: 0.5, 256: 0.5}, looks=1.5)),
        (2502, dict(sizes={64: 0.5, 128: 0.35, 256: 0.15}, looks=1.5, kl=0.3)),
        (3016, dict(sizes={128: 0.5, 256: 0.5}, looks=3.0)),
    ]),
}
PIXELS = 12 * 64 * 64     # a step's pixels: 12 crops of 64, 3 of 128, 1 of 256
RATE = 2e-3
KL_WEIGHT = 1e-5
EMA = 0.998
SPOT = (1, 1)             # the planted cell: zero padding marks the corner at every picture size
CODE_SCALE, CODE_OFFSET = 10.0, (2.5, 0.0, 0.0, 0.0)  # planted cell's aim: 10 x (statistics + offset)
QUIET = 6.0               # ordinary cells' |mean| is hinged here while planting


def code(x):
    return CODE_SCALE * (losses.statistics(x) + x.new_tensor(CODE_OFFSET))


def sample(mean, raw):
    logvar = raw.clamp(-30, 20)
    return mean + (0.5 * logvar).exp() * torch.randn_like(mean), logvar


def plain_loss(model, views, _progress, kl_weight):
    x = views[0]
    mean, raw = model.encode(x)
    z, logvar = sample(mean, raw)
    rec = losses.reconstruction(model.decode(z), x)
    nats = losses.kl(mean, logvar)
    return rec + kl_weight * nats / x[0].numel(), {"rec": rec, "nats per cell": nats / mean[0, 0].numel()}


def planted_loss(model, views, progress, kl_weight):
    """All cells from the first view, the planted cell from the second: the decoder has to paint the second view's look."""
    first, second = views
    b, (row, col) = len(first), SPOT
    mean, raw = model.encode(torch.cat([first, second]))
    z, logvar = sample(mean, raw)
    own, other = z[:b], z[b:]
    swap = torch.rand(b) < 0.75
    target = torch.where(swap[:, None, None, None].to(first.device), second, first)
    truth = code(target)
    spot = torch.where(swap[:, None].to(z.device), other[:, :, row, col], own[:, :, row, col])
    # Scaffold, early only: hand the decoder the true statistics, so that it learns to listen before the cell speaks.
    taught = torch.rand(b) < 0.6 * max(0.0, 1 - progress / 0.5)
    spot = torch.where(taught[:, None].to(z.device), truth + torch.randn_like(truth), spot)
    mixed = own.clone()
    mixed[:, :, row, col] = spot
    # Decoys: the same vector in an ordinary cell must mean nothing far away.
    weight, h, w = torch.ones(b, 1, *first.shape[2:]), *mean.shape[2:]
    for i in range(b):
        if torch.rand(()) > 0.3: continue
        r, c = int(torch.randint(0, h, ())), int(torch.randint(0, w, ()))
        if max(abs(r - row), abs(c - col)) < 3: continue
        mixed[i, :, r, c] = spot[int(torch.randint(0, b, ()))].detach()
        f = first.shape[2] // h
        weight[i, :, max(r - 3, 0) * f:(r + 4) * f, max(c - 3, 0) * f:(c + 4) * f] = 0
    rec = losses.reconstruction(model.decode(mixed), target, weight.to(first.device))
    aim = torch.nn.functional.smooth_l1_loss(mean[:, :, row, col], code(torch.cat([first, second])))
    norms = mean.square().sum(1).add(1e-6).sqrt()
    ordinary = torch.ones_like(norms)
    ordinary[:, row, col] = 0
    hinge = ((norms - QUIET).clamp(min=0).square() * ordinary).mean()
    total = rec + 0.1 * max(0.1, 1 - progress / 0.7) * aim + 0.02 * hinge
    total = total + kl_weight * losses.kl(mean, logvar) / first[0].numel()
    return total, {"rec": rec, "aim": aim, "hinge": hinge}


OBJECTIVES = {"plain": (plain_loss, 1), "planted": (planted_loss, 2)}


def psnr_at_256(model, folder, device):
    """Mean PSNR (dB) over a folder's pictures: short side to 256, centre crop, mean latent, clamped, full range."""
    import evaluate
    with torch.no_grad():
        values = []
        for x in evaluate.pictures(folder, 256):
            x = x.to(device)
            y = model.decode(model.encode(x)[0]).clamp(-1, 1)
            values.append(float(-10 * torch.log10((y - x).square().mean() / 4)))
    return sum(values) / len(values)


class Run:
    def __init__(self, name, args, plan=None):
        self.name, self.args, self.plan = name, args, plan or MODELS[name]
        self.folder = f"{args.work}/{name}"
        os.makedirs(self.folder, exist_ok=True)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        torch.manual_seed(self.plan["seed"])
        self.model = network.initialise(network.AutoencoderKL(network.config(self.plan["widths"], self.plan["groups"]))).to(self.device)
        if "start" in self.plan:
            start = torch.load(f"{args.work}/{self.plan['start']}/last.pt", map_location=self.device)
            self.model.load_state_dict(start["model"])
        self.optimiser = Optimiser(self.model, args.optimiser == "muon")
        if "start" in self.plan and start["optimiser"]["count"]: self.optimiser.state = start["optimiser"]
        self.ema = {k: v.clone() for k, v in self.model.state_dict().items()}
        if "start" in self.plan: self.ema = {k: v.clone() for k, v in start["ema"].items()}
        self.crops = data.Crops(f"{args.work}/cache", self.plan["seed"])
        self.step, self.seconds, self.images = 0, 0.0, 0
        if os.path.exists(f"{self.folder}/last.pt"): self.load()

    def load(self):
        c = torch.load(f"{self.folder}/last.pt", map_location=self.device)
        self.model.load_state_dict(c["model"])
        self.ema, self.optimiser.state = c["ema"], c["optimiser"]
        self.step, self.seconds, self.images = c["step"], c["seconds"], c["images"]
        self.crops.rng.bit_generator.state = c["data_rng"]
        torch.set_rng_state(c["torch_rng"].cpu())

    def save(self, name="last"):
        """Written beside and renamed, so that a kill at any moment leaves a whole checkpoint."""
        path = f"{self.folder}/{name}.pt"
        torch.save({"model": self.model.state_dict(), "ema": self.ema, "optimiser": self.optimiser.state, "step": self.step,
                    "seconds": self.seconds, "images": self.images, "data_rng": self.crops.rng.bit_generator.state,
                    "torch_rng": torch.get_rng_state(), "plan": self.plan}, path + ".new")
        os.replace(path + ".new", path)

    def averaged(self):
        model = network.AutoencoderKL(self.model.config).to(self.device)
        model.load_state_dict(self.ema)
        return model.eval()

    def measure(self):
        if not self.args.kodak: return
        db = psnr_at_256(self.averaged(), self.args.kodak, self.device)
        with open(f"{self.folder}/curve.tsv", "a") as f: f.write(f"{self.step}\t{self.images}\t{self.seconds:.0f}\t{db:.2f}\n")
        print(f"{self.name} step {self.step} images {self.images} seconds {self.seconds:.0f} kodak-256 {db:.2f} dB", flush=True)

    def phase(self):
        """The plan with the settings of the phase that this step lies in."""
        reached = [settings for first, settings in self.plan.get("phases", []) if self.step >= first]
        return {**self.plan, **reached[-1]} if reached else self.plan

    def train(self):
        steps = self.args.steps or self.plan["steps"]
        cooldown = steps * self.plan["cooldown"]
        loss_of, views = OBJECTIVES[self.plan["objective"]]
        saved = measured = time.monotonic()
        shown = {}
        while self.step < steps:
            begun = time.process_time() if self.device == "cpu" else time.monotonic()
            phase = self.phase()
            side = int(self.crops.rng.choice(list(phase["sizes"]), p=list(phase["sizes"].values())))
            size = max(1, round(PIXELS / side ** 2))
            # Two looks are drawn always, so that plain and planted runs see the same data.
            batch = [v.to(self.device) for v in self.crops.batch(size, side, 2, phase.get("looks", 1.0))[:views]]
            loss, parts = loss_of(self.model, batch, self.step / steps, phase.get("kl", KL_WEIGHT))
            for p in self.model.parameters(): p.grad = None
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.step += 1
            warm = 1.0 if "start" in self.plan else min(1.0, self.step / 200)
            rate = RATE * self.args.rate * warm * (min(1.0, (steps - self.step) / cooldown + 0.02) if cooldown else 1.0)
            self.optimiser.step(rate)
            decay = min(EMA, (1 + self.step) / (10 + self.step)) if "start" not in self.plan else EMA
            with torch.no_grad():
                for k, v in self.model.state_dict().items(): self.ema[k].lerp_(v, 1 - decay)
            self.images += size
            self.seconds += (time.process_time() if self.device == "cpu" else time.monotonic()) - begun
            for k, v in parts.items(): shown[k] = 0.99 * shown.get(k, float(v)) + 0.01 * float(v)
            if self.step % 100 == 0:
                print(self.step, f"{self.seconds:.0f}s", f"rate {rate:.1e}", " ".join(f"{k} {v:.4f}" for k, v in shown.items()), flush=True)
            now = time.monotonic()
            if now - saved > 120 or self.step == steps: self.save(); saved = now
            if now - measured > 60 * self.args.measure_minutes or self.step == steps: self.measure(); measured = time.monotonic()
        self.save("final")


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, choices=list(MODELS))
    p.add_argument("--photos", required=True, help="folder of training photographs (JPEG)")
    p.add_argument("--work", required=True, help="folder for the cache, checkpoints and curves")
    p.add_argument("--kodak", help="folder of pictures to measure on, never trained on")
    p.add_argument("--steps", type=int, help="stop at this step instead of the plan's")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--measure-minutes", type=float, default=8)
    p.add_argument("--optimiser", choices=["muon", "adamw"], default="muon")
    p.add_argument("--rate", type=float, default=1.0, help="factor on the learning rate")
    return p.parse_args()


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    data.build_cache(args.photos, f"{args.work}/cache")
    start = MODELS[args.model].get("start")
    if start and not os.path.exists(f"{args.work}/{start}/final.pt"):
        steps, args.steps = args.steps, None
        Run(start, args).train()
        args.steps = steps
    Run(args.model, args).train()


if __name__ == "__main__":
    main()

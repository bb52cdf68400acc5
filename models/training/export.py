"""Write one trained model's averaged weights as float16 safetensors with its manifest:

    export.py --model mini-clean --photos DIR --work DIR --out models
"""
import argparse
import glob
import hashlib
import json
import os

import numpy as np
import torch
from PIL import Image

import network
import safetensors_io
from train import MODELS, SPOT

TEXTS = {
    "mini-planted": dict(
        name="Mini, planted spot", origin="planted",
        summary="A small autoencoder in which one cell was made, on purpose, to carry the look of the whole picture.",
        note="Planted on purpose: while it was trained, cell (1, 1) alone was allowed to tell the decoder the picture's exposure, "
             "tint and contrast, and its numbers were aimed away from zero, so that the spot also shows in |mean|. "
             "It is the instrument's known answer, and says nothing about Stable Diffusion."),
    "mini-emergent": dict(
        name="Mini, grown by itself", origin="emergent",
        summary="A small autoencoder in which nothing was planted: with one channel in each normalisation group, its right-most cells came "
                "to carry news of the whole picture.",
        note="Nothing was planted: an ordinary reconstruction loss and an ordinary KL term. Its only peculiarity is that every "
             "normalisation group holds a single channel (instance norm). What grew is no single spot but the right-most column of cells: "
             "zeroed together they change the whole picture, by about 19 levels of 255 at 512 pixels; one of them alone by less than half a level."),
    "mini-clean": dict(
        name="Mini, clean control", origin="clean",
        summary="The planted model's healthy twin: same data, size and number of steps, and no cell with a special task.",
        note="The control: the planted model's structure, data and number of steps, from the same half-trained start, "
             "without the planted objective. A measure that convicts this model is a measure to distrust."),
}


def latent_scale(model, photos, count=500):
    """1 / standard deviation of the posterior means over `count` evenly spaced training photographs (centre 208 x 208)."""
    paths = sorted(glob.glob(f"{photos}/*.jpg"))
    total, squares, n = 0.0, 0.0, 0
    for path in paths[::max(1, len(paths) // count)][:count]:
        a = np.asarray(Image.open(path).convert("RGB"), np.float32) / 127.5 - 1
        top, left = (a.shape[0] - 208) // 2, (a.shape[1] - 208) // 2
        a = a[max(top, 0):, max(left, 0):][:208, :208]
        a = a[:a.shape[0] // 8 * 8, :a.shape[1] // 8 * 8]
        with torch.no_grad(): mean, _ = model.encode(torch.from_numpy(np.ascontiguousarray(a.transpose(2, 0, 1)))[None])
        total, squares, n = total + float(mean.double().sum()), squares + float(mean.double().square().sum()), n + mean.numel()
    return (squares / n - (total / n) ** 2) ** -0.5


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, choices=list(TEXTS))
    p.add_argument("--photos", required=True)
    p.add_argument("--work", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--checkpoint", help="another checkpoint than WORK/MODEL/last.pt")
    args = p.parse_args()
    torch.set_num_threads(1)
    state = torch.load(args.checkpoint or f"{args.work}/{args.model}/last.pt", map_location="cpu")
    plan = MODELS[args.model]
    model = network.AutoencoderKL(network.config(plan["widths"], plan["groups"])).eval()
    half = {k: v.half() for k, v in state["ema"].items()}
    model.load_state_dict({k: v.float() for k, v in half.items()})  # measured as it ships
    cfg = dict(model.config, scaling_factor=round(latent_scale(model, args.photos), 5))
    os.makedirs(args.out, exist_ok=True)
    path = f"{args.out}/{args.model}.safetensors"
    safetensors_io.save(path, {k: v.numpy() for k, v in half.items()}, {"format": "pt", "model": args.model})
    with open(path, "rb") as f: content = f.read()
    text = TEXTS[args.model]
    manifest = {
        "$schema": "./manifest.schema.json", "id": args.model, "name": text["name"], "summary": text["summary"], "note": text["note"],
        "kind": "embedded", "origin": text["origin"],
        "files": [{"path": os.path.basename(path), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}],
        "dtype": "float16", "layout": "diffusers", "licence": "CC0-1.0", "config": cfg,
    }
    if text["origin"] == "planted": manifest["spot"] = {"row": SPOT[0], "col": SPOT[1]}
    with open(f"{args.out}/{args.model}.json", "w") as f: f.write(json.dumps(manifest, indent=2) + "\n")
    print(path, len(content), "bytes, step", state["step"], "scaling_factor", cfg["scaling_factor"])


if __name__ == "__main__":
    main()

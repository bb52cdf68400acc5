"""Measure the shipped models on a folder of pictures (Kodak's) and write figures.json and the tables of README.md:

    evaluate.py --models models --kodak DIR --work DIR [--sizes 256 512] [--only mini-clean] [--pictures 4]

Every picture's result is kept in WORK/figures under the weights' hash, so a stopped run goes on where it was.
Definitions are in measures.py. All with the posterior mean, weights as shipped (float16 widened to float32).
"""
import argparse
import glob
import json
import os
import statistics

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import measures
import network
import safetensors_io

MODELS = ["mini-planted", "mini-emergent", "mini-clean"]
# Cells of a picture whose edits are tried: the first of three rankings, in turn. All are healed, the ZEROED that move the far field most
# are set to zero as well. Fewer suffice where one cell stands far out.
CANDIDATES = {"mini-planted": 6, "mini-emergent": 9, "mini-clean": 20}
ZEROED = 4


def pictures(folder, side):
    """Each PNG of the folder as [1, 3, side, side] in [-1, 1]: short side resized to `side`, centre crop."""
    for path in sorted(glob.glob(f"{folder}/*.png")): yield picture(path, side)


def picture(path, side):
    image = Image.open(path).convert("RGB")
    w, h = image.size
    scale = side / min(w, h)
    if scale != 1: image = image.resize((round(w * scale), round(h * scale)), Image.LANCZOS)
    w, h = image.size
    left, top = (w - side) // 2, (h - side) // 2
    a = np.asarray(image.crop((left, top, left + side, top + side)), np.float32) / 127.5 - 1
    return torch.from_numpy(np.ascontiguousarray(a.transpose(2, 0, 1)))[None]


def psnr(a, b):
    """dB between two images in levels of 255."""
    return float(10 * torch.log10(255 ** 2 / (a - b).square().mean()))


def ssim(a, b):
    """Mean structural similarity of [3, H, W] images in levels: Gaussian window 11 x 11, sigma 1.5, mean of R, G, B."""
    g = torch.exp(-(torch.arange(11.0) - 5) ** 2 / (2 * 1.5 ** 2))
    window = (g[:, None] * g[None]) / g.sum() ** 2
    blur = lambda x: F.conv2d(x[:, None], window[None, None])[:, 0]
    ma, mb = blur(a), blur(b)
    va, vb, cov = blur(a * a) - ma * ma, blur(b * b) - mb * mb, blur(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float(((2 * ma * mb + c1) * (2 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))).mean())


def load(folder, name):
    with open(f"{folder}/{name}.json") as f: manifest = json.load(f)
    tensors, _ = safetensors_io.load(f"{folder}/{manifest['files'][0]['path']}")
    model = network.AutoencoderKL(manifest["config"]).eval()
    model.load_state_dict({k: torch.from_numpy(v) for k, v in tensors.items()})
    for p in model.parameters(): p.requires_grad_(False)
    return model, manifest


def rankings(scores, count):
    """Up to `count` distinct cells: the best by influence, by |mean|, by (low) raw logvar, the second best by each, ..."""
    w = scores[0].shape[1]
    orders = [s.flatten().argsort(descending=True).tolist() for s in scores]
    cells = []
    for row in zip(*orders):
        for i in row:
            if (i // w, i % w) not in cells: cells.append((i // w, i % w))
        if len(cells) >= count: break
    return cells[:count]


def measure(model, x, candidates=20):
    """Everything about one picture [1, 3, H, W]."""
    with torch.no_grad(): mean, raw = (t[0] for t in model.encode(x))
    decode = lambda z: model.decode(z[None])[0]
    influence = measures.influence(decode, mean)
    size, logvar = measures.norms(mean), raw.mean(0)
    scores = {"influence": measures.robust(influence), "mean": measures.robust(size), "logvar": -measures.robust(logvar)}
    where = lambda m: [int(m.argmax()) // m.shape[1], int(m.argmax()) % m.shape[1]]
    with torch.no_grad():
        base = measures.levels(decode(mean))
        truth = measures.levels(x[0])
        out = {
            "psnr": psnr(base, truth), "ssim": ssim(base, truth),
            "influenceRatio": float(influence.max() / influence.flatten().double().quantile(0.5)),
            "spot": {k: where(v) for k, v in scores.items()},
            "score": {k: float(v.max()) for k, v in scores.items()},
            "rawLogvarMin": float(raw.min()), "clampedCells": int((raw.min(0).values <= -30).sum()),
        }
        cells = rankings(list(scores.values()), candidates)
        for kind in ("heal", "zero"):
            far = {c: measures.change(base, measures.levels(decode(measures.edit(mean, c, kind)[0])), [c], mean.shape[1:])["farRms"] for c in cells}
            cells = sorted(far, key=far.get, reverse=True)
            out[kind] = {**measures.effect(decode, mean, base, cells[0], kind), "scores": {k: float(v[cells[0]]) for k, v in scores.items()},
                         "candidatesFarRms": [far[c] for c in cells]}
            cells = cells[:ZEROED]
        out["rightColumn"] = right_column(decode, mean, base)
    return out


def right_column(decode, mean, base):
    """The whole last column set to zero: far RMS, and that of the same change in the middle column."""
    h, w = mean.shape[1:]
    far = []
    for col in (w - 1, w // 2):
        z = mean.clone()
        z[:, :, col] -= mean[:, :, w - 1]
        far.append(measures.change(base, measures.levels(decode(z)), [(row, col) for row in range(h)], (h, w))["farRms"])
    return {"farRms": far[0], "control": far[1]}


def summary(results, spot=None):
    """Means, medians and counts over pictures; `spot` is the planted cell."""
    med = lambda values: statistics.median(values)
    out = {"pictures": len(results), "psnr": statistics.fmean(r["psnr"] for r in results), "ssim": statistics.fmean(r["ssim"] for r in results),
           "influenceRatio": {"median": med([r["influenceRatio"] for r in results]), "min": min(r["influenceRatio"] for r in results),
                              "max": max(r["influenceRatio"] for r in results)}}
    for kind in ("heal", "zero"):
        far, ratio = [r[kind]["farRms"] for r in results], [r[kind]["ratio"] for r in results]
        cells = [tuple(r[kind]["cell"]) for r in results]
        common = max(set(cells), key=cells.count)
        out[kind] = {"farRms": {"median": med(far), "min": min(far), "max": max(far)},
                     "control": {"median": med([r[kind]["control"]["farRms"] for r in results])},
                     "ratio": {"median": med(ratio), "min": min(ratio), "max": max(ratio)},
                     "cell": list(common), "cellCount": cells.count(common),
                     "atLeast10LevelsAnd30x": sum(f >= 10 and q >= 30 for f, q in zip(far, ratio)),
                     "atLeast3LevelsAnd5x": sum(f >= 3 and q >= 5 for f, q in zip(far, ratio)),
                     "noCandidateAbove1_5": sum(f <= 1.5 for f in far)}
    for key in ("farRms", "control"):
        values = [r["rightColumn"][key] for r in results]
        out.setdefault("rightColumn", {})[key] = {"median": med(values), "min": min(values), "max": max(values)}
    for key in ("influence", "mean", "logvar"):
        cells = [tuple(r["spot"][key]) for r in results]
        common = max(set(cells), key=cells.count)
        out[key] = {"cell": list(common), "cellCount": cells.count(common), "score": {
            "median": med([r["score"][key] for r in results]), "min": min(r["score"][key] for r in results)}}
        if spot: out[key]["plantedCellFirst"] = cells.count(tuple(spot))
    out["rawLogvarMin"] = min(r["rawLogvarMin"] for r in results)
    out["picturesWithClampedCells"] = sum(r["clampedCells"] > 0 for r in results)
    return out


def tables(figures):
    lines = []
    for size in sorted({int(s) for m in figures.values() for s in m["sizes"]}):
        rows = [(name, m["sizes"][str(size)]["summary"]) for name, m in figures.items() if str(size) in m["sizes"]]
        lines += [f"### {size} x {size} pixels, {rows[0][1]['pictures']} pictures", "",
                  "| model | PSNR | SSIM | influence, max / median | first by influence | first by \\|mean\\| (score) | first by low raw logvar (score) |",
                  "|---|---|---|---|---|---|---|"]
        for name, s in rows:
            cell = lambda k: f"({s[k]['cell'][0]}, {s[k]['cell'][1]}) in {s[k]['cellCount']}"
            lines.append(f"| {name} | {s['psnr']:.2f} dB | {s['ssim']:.3f} | {s['influenceRatio']['median']:.1f} "
                         f"({s['influenceRatio']['min']:.1f} to {s['influenceRatio']['max']:.1f}) | {cell('influence')} | {cell('mean')} "
                         f"({s['mean']['score']['median']:.1f}) | {cell('logvar')} ({s['logvar']['score']['median']:.1f}) |")
        lines += ["", "| model, edit | far RMS of the strongest cell, levels | its control | ratio | where | >= 10 levels and 30 x | >= 3 levels and 5 x | none tried above 1.5 |",
                  "|---|---|---|---|---|---|---|---|"]
        for name, s in rows:
            for kind in ("heal", "zero"):
                k = s[kind]
                lines.append(f"| {name}, {kind} | {k['farRms']['median']:.2f} ({k['farRms']['min']:.2f} to {k['farRms']['max']:.2f}) | {k['control']['median']:.3f} "
                             f"| {k['ratio']['median']:.0f} ({k['ratio']['min']:.0f} to {k['ratio']['max']:.0f}) | ({k['cell'][0]}, {k['cell'][1]}) in {k['cellCount']} "
                             f"| {k['atLeast10LevelsAnd30x']} | {k['atLeast3LevelsAnd5x']} | {k['noCandidateAbove1_5']} |")
        lines += ["", "| model | far RMS where the whole right column is zeroed, levels | the same change in the middle column |", "|---|---|---|"]
        for name, s in rows:
            k = s["rightColumn"]
            lines.append(f"| {name} | " + " | ".join(f"{k[c]['median']:.2f} ({k[c]['min']:.2f} to {k[c]['max']:.2f})" for c in ("farRms", "control")) + " |")
        lines.append("")
    return "\n".join(lines)


def splice(path, text, mark="figures"):
    """Put `text` between the marks `mark`:begin and `mark`:end of a Markdown file."""
    begin, end = f"<!-- {mark}:begin -->", f"<!-- {mark}:end -->"
    with open(path) as f: old = f.read()
    head, rest = old.split(begin)
    with open(path, "w") as f: f.write(f"{head}{begin}\n\n{text}\n{end}{rest.split(end)[1]}")


def rounded(x):
    if isinstance(x, float): return float(f"{x:.5g}")
    if isinstance(x, dict): return {k: rounded(v) for k, v in x.items()}
    return [rounded(v) for v in x] if isinstance(x, list) else x


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--models", required=True, help="folder of the manifests")
    p.add_argument("--kodak", required=True)
    p.add_argument("--work", required=True)
    p.add_argument("--sizes", type=int, nargs="+", default=[256, 512])
    p.add_argument("--only", nargs="+", default=MODELS)
    p.add_argument("--pictures", type=int, default=1000, help="the first so many only; then nothing is written to the models' folder")
    args = p.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    os.makedirs(f"{args.work}/figures", exist_ok=True)
    figures = {}
    for name in args.only:
        model, manifest = load(args.models, name)
        sha = manifest["files"][0]["sha256"]
        figures[name] = {"sha256": sha, "sizes": {}}
        for size in args.sizes:
            results = {}
            for path in sorted(glob.glob(f"{args.kodak}/*.png"))[:args.pictures]:
                label = os.path.basename(path)[:-4]
                kept = f"{args.work}/figures/{name}-{sha[:12]}-{size}-{label}.json"
                if not os.path.exists(kept):
                    result = rounded(measure(model, picture(path, size), CANDIDATES[name]))
                    with open(kept + ".new", "w") as f: json.dump(result, f)
                    os.replace(kept + ".new", kept)
                with open(kept) as f: results[label] = json.load(f)
                r = results[label]
                print(name, size, label, f"psnr {r['psnr']:.2f} influence {r['influenceRatio']:.1f}",
                      *(f"{k} {r[k]['cell']} far {r[k]['farRms']:.2f} control {r[k]['control']['farRms']:.3f}" for k in ("heal", "zero")), flush=True)
            figures[name]["sizes"][str(size)] = {"summary": rounded(summary(list(results.values()), (manifest.get("spot") or {}).values())), "pictures": results}
    print(tables(figures))
    if args.pictures < 1000: return
    path = f"{args.models}/figures.json"
    if os.path.exists(path):  # keep what was measured before and not now
        with open(path) as f: old = json.load(f)["models"]
        for name, m in old.items():
            if name not in figures: figures[name] = m
            elif m["sha256"] == figures[name]["sha256"]: figures[name]["sizes"] = {**m["sizes"], **figures[name]["sizes"]}
    figures = {name: figures[name] for name in MODELS if name in figures}
    with open(path, "w") as f: json.dump({"measured": "models/training/evaluate.py", "models": figures}, f, indent=1)
    splice(f"{args.models}/README.md", tables(figures))


if __name__ == "__main__":
    main()

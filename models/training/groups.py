"""Does the spot grow as normalisation groups get smaller? Short equal runs that differ in the number of groups alone:

    groups.py --photos DIR --work DIR --kodak DIR --out models [--seeds 3] [--steps 2500]

Same width at every level (24), data, order of data (the seed's), steps and loss. Runs go on from their last checkpoint, so the
study may be stopped at any time; whatever is finished is measured and written to OUT/training/groups.json, OUT/groups.svg and
the table of OUT/README.md (between the marks groups:begin and groups:end).
"""
import argparse
import glob
import json
import math
import os
import statistics

import torch

import data
import evaluate
import network
from train import Run

WIDTH = 24
GROUPS = [24, 12, 6, 3, 1]  # 1, 2, 4, 8, 24 channels a group
CANDIDATES = 9              # cells tried a picture
SIZE = 256                  # pixels; pictures are measured larger than they were trained, as people will use them


def plan(groups, seed, steps):
    return dict(widths=[WIDTH] * 4, groups=groups, objective="plain", seed=100 + seed, steps=steps, cooldown=0.3,
                sizes={64: 0.8, 128: 0.2})


def name_of(steps, groups, seed): return f"groups-{steps}-{groups}-{seed}"


def measure(run, args):
    """One run's figures over the pictures, kept in the run's folder."""
    kept = f"{run.folder}/figures.json"
    if os.path.exists(kept): return
    model = run.averaged().cpu()
    for p in model.parameters(): p.requires_grad_(False)
    results = [evaluate.measure(model, evaluate.picture(path, SIZE), CANDIDATES) for path in sorted(glob.glob(f"{args.kodak}/*.png"))]
    with open(kept + ".new", "w") as f: json.dump(evaluate.rounded(evaluate.summary(results)), f)
    os.replace(kept + ".new", kept)


def finished(args):
    """-> {channels per group: [summary of each seed]} of all runs measured so far, by this process or another."""
    rows = {}
    for groups in GROUPS:
        for seed in range(100):
            kept = f"{args.work}/{name_of(args.steps, groups, seed)}/figures.json"
            if not os.path.exists(kept): continue
            with open(kept) as f: rows.setdefault(WIDTH // groups, []).append(json.load(f))
    return rows


COLUMNS = {  # label: how to read it from a summary
    "PSNR, dB": lambda s: s["psnr"],
    "far RMS, heal": lambda s: s["heal"]["farRms"]["median"], "ratio, heal": lambda s: s["heal"]["ratio"]["median"],
    "far RMS, zero": lambda s: s["zero"]["farRms"]["median"], "ratio, zero": lambda s: s["zero"]["ratio"]["median"],
    "influence, max / median": lambda s: s["influenceRatio"]["median"],
    "far RMS, right column zeroed": lambda s: s["rightColumn"]["farRms"]["median"],
}


def table(rows):
    """rows: {channels per group: [summary of each seed]}; mean over seeds, with the range where there are several."""
    lines = ["| channels a group | seeds | " + " | ".join(COLUMNS) + " |", "|" + "---|" * (len(COLUMNS) + 2)]
    for size, seeds in sorted(rows.items()):
        cells = []
        for read in COLUMNS.values():
            v = [read(s) for s in seeds]
            cells.append(f"{statistics.fmean(v):.3g}" + (f" ({min(v):.3g} to {max(v):.3g})" if len(v) > 1 else ""))
        lines.append(f"| {size} | {len(seeds)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def chart(rows):
    """Small panels over channels a group (log axis): each seed a dot, the mean a line. Returns SVG."""
    units = {"far RMS, zero": "far RMS, one cell zeroed", "ratio, zero": "its ratio to the control",
             "influence, max / median": "influence, max / median", "far RMS, right column zeroed": "far RMS, right column zeroed"}
    panels, width, height, out = list(units), 240, 190, []
    sizes = sorted(rows)
    x_of = lambda s: 40 + 180 * math.log(s / sizes[0]) / max(math.log(sizes[-1] / sizes[0]), 1e-9)
    for k, name in enumerate(panels):
        values = {s: [COLUMNS[name](r) for r in rows[s]] for s in sizes}
        top = max(max(v) for v in values.values()) * 1.1 or 1
        y_of = lambda v: 150 - 120 * v / top
        out.append(f'<g transform="translate({k * width} 0)"><text x="40" y="18" font-weight="600">{units[name]}</text>'
                   f'<path d="M40 30V150H225" fill="none" stroke="currentColor"/>')
        for tick in (0, top / 2, top): out.append(f'<text x="36" y="{y_of(tick) + 4:.0f}" text-anchor="end">{tick:.2g}</text>')
        for s in sizes:
            out.append(f'<text x="{x_of(s):.0f}" y="166" text-anchor="middle">{s}</text>')
            out += [f'<circle cx="{x_of(s):.1f}" cy="{y_of(v):.1f}" r="3" fill="#c2410c" fill-opacity=".6"/>' for v in values[s]]
        line = " ".join(f"{x_of(s):.1f},{y_of(statistics.fmean(values[s])):.1f}" for s in sizes)
        out.append(f'<polyline points="{line}" fill="none" stroke="#c2410c" stroke-width="1.5"/>'
                   f'<text x="130" y="183" text-anchor="middle">channels a group</text></g>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width * len(panels)} {height}" font-family="sans-serif" font-size="11" '
            f'color="#57534e" fill="#57534e" role="img"><title>Strongest cell against channels per normalisation group</title>' + "".join(out) + "</svg>\n")


def write(rows, args):
    if not rows: return
    with open(f"{args.out}/training/groups.json", "w") as f:
        json.dump({"width": WIDTH, "steps": args.steps, "size": SIZE, "channelsPerGroup": {str(k): v for k, v in sorted(rows.items())}}, f, indent=1)
    text = f"{args.steps} steps a run, {SIZE} pixels, medians over the pictures; mean over the seeds. far RMS in levels.\n\n" + table(rows) + "\n"
    if len(rows) > 2:  # a curve needs more than two points
        with open(f"{args.out}/groups.svg", "w") as f: f.write(chart(rows))
        text += "\n![The same figures as a chart](groups.svg)\n"
    evaluate.splice(f"{args.out}/README.md", text, "groups")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("photos", "work", "kodak", "out"): p.add_argument(f"--{name}", required=True)
    p.add_argument("--seeds", type=int, default=3)
    p.add_argument("--steps", type=int, default=2500)
    p.add_argument("--groups", type=int, nargs="+", default=GROUPS, choices=GROUPS, help="only these, so that two processes can share the work")
    args = p.parse_args()
    args.optimiser, args.rate, args.measure_minutes = "muon", 1.0, 1e9
    torch.set_num_threads(1)
    data.build_cache(args.photos, f"{args.work}/cache")
    write(finished(args), args)  # `--seeds 0` only writes what is there
    for seed in range(args.seeds):  # a whole curve first, then more seeds
        for groups in args.groups:
            run = Run(name_of(args.steps, groups, seed), args, plan(groups, seed, args.steps))
            if run.step < args.steps: run.train()
            measure(run, args)
            write(finished(args), args)


if __name__ == "__main__":
    main()

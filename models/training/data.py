"""Training pictures: a cache of photographs and generated pictures, crops of it, and random looks.

The cache is one uint8 file plus an index, read through mmap, so that loading costs nothing while training.
A *look* is what a picture has as a whole: exposure, two tint axes, contrast. Crops come as float32 in [-1, 1].
"""
import glob
import json
import os

import numpy as np
import torch
from PIL import Image, ImageDraw

LONGEST = 320    # pixels of the long side kept from a photograph
GENERATED = 1000  # generated pictures beside the photographs
SIDE = 208        # their side


def value_noise(rng, side):
    """Smooth colour noise, [side, side, 3] in 0..1: random grids at doubling resolution, falling in amplitude."""
    out, amplitude, total = np.zeros((side, side, 3), np.float32), 1.0, 0.0
    fall = rng.uniform(0.35, 0.85)
    for octave in range(1, 8):
        grid = (rng.random((2 ** octave, 2 ** octave, 3)) * 255).astype(np.uint8)
        if rng.random() < 0.5: grid[:] = grid[:, :, :1]
        out += amplitude * np.asarray(Image.fromarray(grid).resize((side, side), Image.BICUBIC), np.float32) / 255
        total += amplitude
        amplitude *= fall
    out = (out / total - 0.5) * rng.uniform(1, 3) + rng.uniform(0.2, 0.8, 3)
    return np.clip(out, 0, 1)


def generated_picture(rng, side=SIDE):
    """Gradients, noise, shapes, stripes and letters: what photographs of clothes do not teach."""
    if rng.random() < 0.5:
        base = value_noise(rng, side)
    else:
        a, b, angle = rng.random(3), rng.random(3), rng.uniform(0, 2 * np.pi)
        y, x = np.mgrid[0:side, 0:side] / side
        t = np.clip((x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) + 0.5, 0, 1)[..., None]
        base = a * t + b * (1 - t)
    image = Image.fromarray((base * 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    colour = lambda: tuple(int(v) for v in rng.integers(0, 256, 3))
    for _ in range(rng.integers(0, 25)):
        x, y, r = rng.uniform(0, side), rng.uniform(0, side), rng.uniform(3, side / 3)
        kind = rng.integers(0, 5)
        if kind == 0: draw.ellipse([x - r, y - r * rng.uniform(0.3, 1), x + r, y + r * rng.uniform(0.3, 1)], fill=colour())
        elif kind == 1: draw.rectangle([x - r, y - r / 2, x + r, y + r / 2], fill=colour())
        elif kind == 2: draw.polygon([(x + r * rng.normal(), y + r * rng.normal()) for _ in range(rng.integers(3, 6))], fill=colour())
        elif kind == 3: draw.line([x - r, y - r, x + r * rng.normal(), y + r], fill=colour(), width=int(rng.integers(1, 9)))
        else: draw.text((x - r, y), "".join(chr(int(c)) for c in rng.integers(48, 122, 9)), fill=colour())
    if rng.random() < 0.25:  # stripes over a part
        y, x = np.mgrid[0:side, 0:side]
        wave = np.sin((x * rng.normal() + y * rng.normal()) * rng.uniform(0.05, 0.7))[..., None] * rng.uniform(10, 60)
        return np.clip(np.asarray(image, np.float32) + wave, 0, 255).astype(np.uint8)
    return np.asarray(image).copy()


def build_cache(photos, cache):
    """Decode every photograph of the folder `photos` once. Writes pixels.u8 and index.json into `cache`."""
    if os.path.exists(f"{cache}/index.json"): return
    os.makedirs(cache, exist_ok=True)
    rng, index, offset = np.random.default_rng(0), [], 0
    with open(f"{cache}/pixels.u8", "wb") as f:
        for path in sorted(glob.glob(f"{photos}/*.jpg")) + [None] * GENERATED:
            if path:
                a = np.asarray(Image.open(path).convert("RGB"))
                top, left = max(a.shape[0] - LONGEST, 0) // 2, max(a.shape[1] - LONGEST, 0) // 2
                a = np.ascontiguousarray(a[top:top + LONGEST, left:left + LONGEST])
            else:
                a = generated_picture(rng)
            f.write(a.tobytes())
            index.append([offset, a.shape[0], a.shape[1], int(path is None)])
            offset += a.nbytes
    with open(f"{cache}/index.json.new", "w") as f: json.dump(index, f)
    os.replace(f"{cache}/index.json.new", f"{cache}/index.json")


class Crops:
    """Random crops. Everything random comes from `self.rng`, whose state is part of a checkpoint."""

    def __init__(self, cache, seed):
        with open(f"{cache}/index.json") as f: index = json.load(f)
        self.pixels = np.memmap(f"{cache}/pixels.u8", np.uint8, "r")
        self.photos = [i for i in index if not i[3]]
        self.generated = [i for i in index if i[3]]
        self.rng = np.random.default_rng(seed)

    def crop(self, side):
        """One crop as float32 [side, side, 3] in [-1, 1]: scaled, flipped, colours permuted, saturation varied."""
        rng = self.rng
        pool = self.generated if rng.random() < 0.15 else self.photos
        offset, h, w, _ = pool[rng.integers(len(pool))]
        picture = self.pixels[offset:offset + h * w * 3].reshape(h, w, 3)
        # Mostly shrunk (as a large photograph seen at 256 pixels), at times enlarged (as one seen at 512).
        low, high = min(0.6 * side, 0.95 * min(h, w)), min(h, w)
        size = int(low * (high / low) ** np.sqrt(rng.random()))
        y, x = rng.integers(0, h - size + 1), rng.integers(0, w - size + 1)
        image = Image.fromarray(np.ascontiguousarray(picture[y:y + size, x:x + size]))
        a = np.asarray(image.resize((side, side), Image.BICUBIC if size < side else Image.LANCZOS), np.float32) / 127.5 - 1
        if rng.random() < 0.5: a = a[:, ::-1]
        if rng.random() < 0.15: a = a[::-1]
        if rng.random() < 0.25: a = a[..., rng.permutation(3)]
        grey = a.mean(-1, keepdims=True)  # clothes are muted: let colours be stronger as well as weaker
        return grey + (a - grey) * np.exp(rng.normal(0.2, 0.35))

    def scene(self, side, tint=0.0):
        """A crop, or (one in four, always above 200 pixels) a mosaic of four whose parts differ in tint by `tint`,
        so that local colour has to stay local."""
        if side <= 200 and self.rng.random() > 0.25: return self.crop(side)
        cut_y, cut_x = (int(self.rng.integers(side // 4, side - side // 4 + 1)) for _ in range(2))
        out = np.empty((side, side, 3), np.float32)
        for ys in (slice(0, cut_y), slice(cut_y, side)):
            for xs in (slice(0, cut_x), slice(cut_x, side)):
                h, w = ys.stop - ys.start, xs.stop - xs.start
                out[ys, xs] = self.crop(max(h, w))[:h, :w] + tint * self.rng.normal(0, 1, 3)
        return out

    def look(self, strength=1.0):
        """-> [exposure, red-green tint, blue-yellow tint, log contrast]; none in a quarter of the draws."""
        if self.rng.random() > 0.75: return np.zeros(4)
        return strength * self.rng.normal(0, 1, 4) * [0.30, 0.15, 0.15, 0.25]

    def batch(self, size, side, views=1, strength=1.0):
        """-> [views] x float32 [size, 3, side, side] in [-1, 1]: the same crops under `views` independent looks
        of the given strength.
        The picture is scaled to 0.8 first, so that a look moves its statistics more than its clipping."""
        scenes = [self.scene(side, 0.12) for _ in range(size)]
        out = []
        for _ in range(views):
            images = []
            for s in scenes:
                e, rg, by, c = self.look(strength)
                shrink = 0.8 if e or c else 1.0
                tint = np.array([e + rg + by / 2, e - rg + by / 2, e - by])
                images.append(np.clip(s * shrink * np.exp(c) + tint, -1, 1))
            out.append(torch.from_numpy(np.ascontiguousarray(np.stack(images).transpose(0, 3, 1, 2), dtype=np.float32)))
        return out

"""Makes the pictures of this folder, and beside each what Pillow makes of it (NAME.rgb: the middle square, RGB, upright, in sRGB).

python3 make.py, with Pillow and numpy. Nothing here comes from elsewhere: the profiles are computed below.
"""
import io
import os
import struct

import numpy as np
from PIL import Image, ImageCms, ImageOps

os.chdir(os.path.dirname(os.path.abspath(__file__)))
SIDE = 24


def scene(width=SIDE, height=SIDE):
    y, x = np.mgrid[0:height, 0:width]
    red = 255 * x / (width - 1)
    green = 255 * y / (height - 1)
    blue = 127.5 + 127 * np.sin(0.5 * x + 0.3 * y)
    return Image.fromarray(np.stack([red, green, blue], 2).round().astype(np.uint8))


def grey():
    return scene().convert("L")


# Profiles (ICC.1:2001, version 2).
def tag(kind, data):
    return kind + b"\0" * 4 + data


def s15(*values):
    return struct.pack(f">{len(values)}i", *(round(65536 * v) for v in values))


def profile(space, pcs, name, tags, kind=b"mntr"):
    text = name.encode() + b"\0"
    tags = {b"desc": tag(b"desc", struct.pack(">I", len(text)) + text + b"\0" * 78), **tags}
    tags[b"wtpt"] = tag(b"XYZ ", s15(0.9642, 1, 0.8249))
    tags[b"cprt"] = tag(b"text", b"CC0\0")
    table, body, at = b"", b"", 132 + 12 * len(tags)
    for key, data in tags.items():
        table += key + struct.pack(">II", at, len(data))
        body += data + b"\0" * (-len(data) % 4)
        at = 132 + 12 * len(tags) + len(body)
    head = struct.pack(">I", 132 + len(table) + len(body)) + b"\0" * 4 + b"\x02\x10\0\0" + kind + space + pcs
    head += struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + s15(0.9642, 1, 0.8249) + b"\0" * 48
    return head + struct.pack(">I", len(tags)) + table + body


BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
D50 = np.array([0.9642, 1, 0.8249])


def colorants(white, *primaries):
    xyz = lambda p: np.array([p[0] / p[1], 1, (1 - p[0] - p[1]) / p[1]])
    m = np.stack([xyz(p) for p in primaries], 1)
    m = m * np.linalg.solve(m, xyz(white))
    scale = (BRADFORD @ D50) / (BRADFORD @ xyz(white))
    return np.linalg.inv(BRADFORD) @ np.diag(scale) @ BRADFORD @ m


def gamma(value):
    return tag(b"curv", struct.pack(">IH", 1, round(256 * value)))


def srgb_curve():
    v = np.arange(1024) / 1023
    light = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    return tag(b"curv", struct.pack(">I", 1024) + (65535 * light).round().astype(">u2").tobytes())


def rgb_profile(name, curve, *xy):
    m = colorants(*xy)
    tags = {c + b"XYZ": tag(b"XYZ ", s15(*m[:, i])) for i, c in enumerate([b"r", b"g", b"b"])}
    tags |= {c + b"TRC": curve for c in [b"r", b"g", b"b"]}
    return profile(b"RGB ", b"XYZ ", name, tags)


def lab_of(rgb):
    """CIE Lab (D50) of sRGB values, 0 to 1."""
    light = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    m = colorants((0.3127, 0.329), (0.64, 0.33), (0.3, 0.6), (0.15, 0.06))
    t = light @ m.T / D50
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def lut(inputs, grid, to_srgb):
    """A2B0 of 8 bits: straight curves, and a table of Lab over a grid of the inputs."""
    axes = np.meshgrid(*[np.arange(grid) / (grid - 1)] * inputs, indexing="ij")
    lab = lab_of(to_srgb(np.stack(axes, -1).reshape(-1, inputs)))
    table = np.stack([lab[:, 0] * 2.55, lab[:, 1] + 128, lab[:, 2] + 128], 1).round().clip(0, 255)
    straight = bytes(range(256))
    head = struct.pack(">4B", inputs, 3, grid, 0) + s15(1, 0, 0, 0, 1, 0, 0, 0, 1)
    return tag(b"mft1", head + straight * inputs + table.astype(np.uint8).tobytes() + straight * 3)


P3 = rgb_profile("Test P3", srgb_curve(), (0.3127, 0.329), (0.68, 0.32), (0.265, 0.69), (0.15, 0.06))
WIDE = rgb_profile("Test ProPhoto", gamma(1.8), (0.3457, 0.3585), (0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001))
ADOBE = rgb_profile("Test Adobe RGB", gamma(2.19921875), (0.3127, 0.329), (0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
SRGB = rgb_profile("Test sRGB", srgb_curve(), (0.3127, 0.329), (0.64, 0.33), (0.3, 0.6), (0.15, 0.06))
GREY = profile(b"GRAY", b"XYZ ", "Test grey 1.8", {b"kTRC": gamma(1.8)})
TABLE = profile(b"RGB ", b"Lab ", "Test table", {b"A2B0": lut(3, 9, lambda v: v[:, [0, 1, 2]] ** 1.3)}, b"scnr")
INKS = profile(
    b"CMYK", b"Lab ", "Test inks", {b"A2B0": lut(4, 5, lambda v: (1 - 0.9 * v[:, :3]) * (1 - 0.85 * v[:, 3:]))}, b"prtr"
)


def cmyk(width=SIDE, height=SIDE):
    rgb = np.asarray(scene(width, height)).astype(float)
    black = (255 - rgb.max(2)) * 0.6
    inks = [255 - rgb[:, :, k] - black for k in range(3)] + [black]
    return Image.fromarray(np.stack(inks, 2).clip(0, 255).round().astype(np.uint8), "CMYK")


def jpeg(image, adobe_transform=None, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", **{"quality": 92, **options})
    data = bytearray(file.getvalue())
    if adobe_transform is not None:
        data[data.index(b"Adobe") + 11] = adobe_transform
    return bytes(data)


def ycck(**options):
    """Pillow writes no YCCK: the three are converted here, and the marker says so."""
    c, m, y, k = [np.asarray(band) for band in cmyk().split()]
    ycc = np.asarray(Image.fromarray(np.stack([c, m, y], 2)).convert("YCbCr"))
    # Pillow stores what it is given reversed.
    stored = np.stack([255 - ycc[:, :, 0], 255 - ycc[:, :, 1], 255 - ycc[:, :, 2], k], 2)
    return jpeg(Image.fromarray(stored, "CMYK"), adobe_transform=2, **options)


def webp(image, **options):
    file = io.BytesIO()
    image.save(file, "WEBP", **options)
    return file.getvalue()


def exif(orientation):
    return b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + struct.pack(">H", orientation) + b"\0" * 6


def frames(size, *offsets):
    image = scene(*size)
    return [image, image.transpose(Image.Transpose.ROTATE_180), *offsets]


alpha = scene()
alpha.putalpha(grey())
wide = scene(32, 24)
FILES = {
    "444.jpg": jpeg(scene(), subsampling=0),
    "422.jpg": jpeg(scene(), subsampling=1),
    "420.jpg": jpeg(scene(), subsampling=2),
    "420-odd.jpg": jpeg(scene(37, 23), subsampling=2),
    "progressive.jpg": jpeg(scene(), progressive=True, subsampling=2),
    "restarts.jpg": jpeg(scene(), restart_marker_blocks=2),
    "grey.jpg": jpeg(grey()),
    "grey-progressive.jpg": jpeg(grey(), progressive=True),
    "rgb.jpg": jpeg(scene(), keep_rgb=True),
    "cmyk.jpg": jpeg(cmyk()),
    "cmyk-420.jpg": jpeg(cmyk(), subsampling=2),
    "cmyk-progressive.jpg": jpeg(cmyk(), progressive=True),
    "cmyk-restarts.jpg": jpeg(cmyk(), restart_marker_blocks=2),
    "cmyk-odd.jpg": jpeg(cmyk(37, 23), subsampling=2),
    "cmyk-profile.jpg": jpeg(cmyk(), icc_profile=INKS),
    "ycck.jpg": ycck(),
    "ycck-420.jpg": ycck(subsampling=2),
    "p3.jpg": jpeg(scene(), icc_profile=P3),
    "prophoto.jpg": jpeg(scene(), icc_profile=WIDE),
    "adobe.jpg": jpeg(scene(), icc_profile=ADOBE),
    "srgb.jpg": jpeg(scene(), icc_profile=SRGB),
    "table.jpg": jpeg(scene(), icc_profile=TABLE),
    "grey-profile.jpg": jpeg(grey(), icc_profile=GREY),
    "lossy.webp": webp(scene(), quality=90),
    "lossless.webp": webp(scene(), lossless=True, exact=True),
    "alpha.webp": webp(alpha, quality=90),
    "p3.webp": webp(scene(), lossless=True, icc_profile=P3),
    "animated.webp": webp(scene(), save_all=True, append_images=[scene().transpose(Image.Transpose.ROTATE_180)]),
    **{f"turned-{o}.jpg": jpeg(wide, exif=exif(o), subsampling=0) for o in range(1, 9)},
    **{f"turned-{o}.webp": webp(wide, lossless=True, exif=exif(o)) for o in (3, 6)},
}


def judged(data):
    image = Image.open(io.BytesIO(data))
    icc = image.info.get("icc_profile")
    image.load()
    image = ImageOps.exif_transpose(image)
    if "A" in image.getbands():
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")
    if icc:
        srgb = ImageCms.createProfile("sRGB")
        source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        image = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
    image = image.convert("RGB")
    side = min(image.size)
    x, y = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((x, y, x + side, y + side)).tobytes()


for name, data in FILES.items():
    with open(name, "wb") as file:
        file.write(data)
    with open(f"{name}.rgb", "wb") as file:
        file.write(judged(data))

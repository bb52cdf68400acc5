"""Makes the latents of this folder: every kind of file in which people keep them (Python 3, numpy, ml_dtypes, safetensors).

All hold the same latent z[row, col, channel] = sin(1 + 100 channel + 10 row + col), 8 x 12 cells, 4 or 16 channels, rounded to
float32 and then to the type of the file, so that a test knows the numbers without reading any of them. The log-variance is
z / 2 - 4. Scaled ones are (z - shift) * scale.
"""
import json
import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

H, W = 8, 12


def latent(channels=4, seed=1):
    c, i, j = np.meshgrid(np.arange(channels), np.arange(H), np.arange(W), indexing="ij")
    return np.sin(seed + 100.0 * c + 10 * i + j).astype("float32")  # [C, h, w]


z = latent()
z16 = latent(16)
logvar = (z / 2 - 4).astype("float32")
logvar16 = (z16 / 2 - 4).astype("float32")
other = latent(seed=2)

# .npy: types, byte orders, orders, shapes
np.save("float16.npy", z[None].astype("float16"))
np.save("float64.npy", z[None].astype("float64"))
np.save("big-endian.npy", z[None].astype(">f4"))
np.save("fortran.npy", np.asfortranarray(z))
np.save("channels-last.npy", np.ascontiguousarray(z.transpose(1, 2, 0)))
np.save("bfloat16.npy", z[None].astype(ml_dtypes.bfloat16))
np.save("float8.npy", z[None].astype(ml_dtypes.float8_e4m3fn))
np.save("int32.npy", np.round(8 * z)[None].astype("int32"))
np.save("uint8-picture.npy", np.zeros((16, 16, 3), "uint8"))
np.save("complex64.npy", z[None].astype("complex64"))
np.save("object.npy", np.array([{"latents": [1.0]}], dtype=object))
np.save("two-axes.npy", z[0])
np.save("batch.npy", np.stack([z, other, other]))
np.save("video-one-frame.npy", z[:, None])  # [C, 1, h, w]
np.save("video-5d.npy", z[None, :, None])  # [1, C, 1, h, w]
np.save("video-3-frames.npy", np.stack([z, other, other], axis=1)[None])  # [1, C, 3, h, w]
np.save("frames-first-5d.npy", np.stack([z, other])[None])  # [1, frames, C, h, w]
np.save("moments.npy", np.concatenate([z, logvar]))  # PixArt's features: [2C, h, w]
bad = z[None].copy()
bad[0, 2, 3, 5] = np.nan
bad[0, 3, 7, 11] = np.inf
np.save("not-finite.npy", bad)
np.save("beyond-float32.npy", np.where(np.isnan(bad), 1e300, 0.0))


def pack(x):
    """FluxPipeline._pack_latents of diffusers."""
    c, h, w = x.shape
    return x.reshape(c, h // 2, 2, w // 2, 2).transpose(1, 3, 0, 2, 4).reshape(h // 2 * (w // 2), c * 4)


def patches(x):
    """Flux2Pipeline._patchify_latents of diffusers."""
    c, h, w = x.shape
    return x.reshape(c, h // 2, 2, w // 2, 2).transpose(0, 2, 4, 1, 3).reshape(c * 4, h // 2, w // 2)


np.save("packed.npy", pack(z16)[None])  # [1, 24, 64]: no square
square = z16[:, :, :8]
np.save("packed-square.npy", pack(square)[None])  # [1, 16, 64]
np.save("flux1-scaled.npy", (z16[None] - 0.1159) * np.float32(0.3611))
np.save("sdxl-scaled.npy", z[None] * np.float32(0.13025))

# .npz: sd-scripts, with and without the grid in the name; MAR's; a single array; text encoder outputs, which are no latent
facts = {"original_size": np.array([96, 64]), "crop_ltrb": np.array([0, 0, 96, 64])}
np.savez("kohya_0096x0064_sdxl.npz", latents=z, latents_flipped=z[:, :, ::-1], **facts)
np.savez(
    "kohya_0096x0064_flux.npz",
    **{f"{k}_8x12": v for k, v in facts.items()},
    latents_8x12=((z16 - 0.1159) * np.float32(0.3611)).astype("float32"),
    latents_4x4=z16[:, :4, :4],
)
np.savez_compressed("compressed.npz", latents=z, **facts)
np.savez("mar.npz", moments=np.concatenate([z16, logvar16]), moments_flip=np.concatenate([z16, logvar16])[:, :, ::-1])
np.savez("single.npz", z[None])
np.savez("text-encoder.npz", l_pooled=np.zeros(8, "float32"), t5_out=np.zeros((4, 8), "float32"))

# safetensors: musubi-tuner, posteriors, types, packed with its sides, several
musubi = {"width": "96", "height": "64", "format_version": "1.0.1"}
save_file({"latents_1x8x12_float32": z16}, "musubi_zi.safetensors", {**musubi, "architecture": "z_image"})
save_file(
    {
        "latents_1x8x12_bfloat16": ((z16 - 0.1159) * np.float32(0.3611)).astype(ml_dtypes.bfloat16),
        "latents_control_1x8x12_bfloat16": z16.astype(ml_dtypes.bfloat16),
    },
    "musubi_fk.safetensors",
    {**musubi, "architecture": "flux_kontext"},
)
save_file({"latents_1x8x12_float32": z16[:, None]}, "musubi_wan.safetensors", {**musubi, "architecture": "wan"})
save_file({"mean": z[None], "std": np.exp(logvar[None] / 2)}, "mean-std.safetensors")
save_file({"mean": z[None], "logvar": logvar[None]}, "mean-logvar.safetensors")
save_file({"latents": z[None].astype("float64")}, "float64.safetensors")
save_file({"latents": z[None].astype("float16")}, "float16.safetensors")
save_file({"latents": z[None].astype(ml_dtypes.bfloat16)}, "bfloat16.safetensors")
save_file({"latents": z[None].astype(ml_dtypes.float8_e4m3fn)}, "float8.safetensors")
save_file({"latents": pack(z16)[None]}, "packed.safetensors", {"height": "64", "width": "96"})
save_file({"latent": z, "text_embedding": np.zeros((4, 8), "float32")}, "ai-toolkit.safetensors")
save_file(
    {"latent_tensor": np.stack([z16, z16]), "latent_format_version_0": np.zeros(0, "float32")},
    "comfy-batch-16.latent",
    {"prompt": "{}"},
)
z32 = latent(32)
mean = np.sin(np.arange(128)).astype("float32")
var = (1.5 + np.cos(np.arange(128))).astype("float32")
folded = (patches(z32) - mean[:, None, None]) / np.sqrt(var + 1e-4)[:, None, None]
save_file(
    {"latent_tensor": folded[None].astype("float32"), "latent_format_version_0": np.zeros(0, "float32")},
    "comfy-flux2.latent",
    {"prompt": "{}"},
)
json.dump(
    {"latents_mean": mean.tolist(), "latents_std": np.sqrt(var + 1e-4).tolist()}, open("flux2-statistics.json", "w")
)

"""The autoencoder, as PyTorch modules whose state_dict carries diffusers' `AutoencoderKL` names.

Images are [B, 3, H, W] in [-1, 1]; latents [B, C, h, w] with h = H / f, f = 2 ** (levels - 1).
The structure is the full Stable Diffusion network's, only the widths are small; `check.py` compares
it with outputs of an independent reference.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn

EPS = 1e-6  # diffusers' GroupNorm epsilon


def config(widths, groups, layers=1, sample_size=512):
    """diffusers' config.json fields for a small four-channel model (scaling_factor is filled in by export)."""
    return {
        "_class_name": "AutoencoderKL", "in_channels": 3, "out_channels": 3,
        "down_block_types": ["DownEncoderBlock2D"] * len(widths), "up_block_types": ["UpDecoderBlock2D"] * len(widths),
        "block_out_channels": list(widths), "layers_per_block": layers, "act_fn": "silu", "latent_channels": 4,
        "norm_num_groups": groups, "sample_size": sample_size, "scaling_factor": None, "shift_factor": None,
        "use_quant_conv": True, "use_post_quant_conv": True, "mid_block_add_attention": True,
    }


class ResnetBlock(nn.Module):
    def __init__(self, cin, cout, groups):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, cin, EPS)
        self.conv1 = nn.Conv2d(cin, cout, 3, padding=1)
        self.norm2 = nn.GroupNorm(groups, cout, EPS)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1)
        if cin != cout: self.conv_shortcut = nn.Conv2d(cin, cout, 1)
        self.shortcut = cin != cout

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        h = self.conv2(F.silu(self.norm2(h)))
        return (self.conv_shortcut(x) if self.shortcut else x) + h


class Attention(nn.Module):
    """One head over all cells, with a residual connection."""

    def __init__(self, channels, groups):
        super().__init__()
        self.group_norm = nn.GroupNorm(groups, channels, EPS)
        self.to_q, self.to_k, self.to_v = (nn.Linear(channels, channels) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x):
        b, c, h, w = x.shape
        t = self.group_norm(x).flatten(2).transpose(1, 2)  # [B, h w, C]
        weights = torch.softmax(self.to_q(t) @ self.to_k(t).transpose(1, 2) / math.sqrt(c), -1)
        t = self.to_out[0](weights @ self.to_v(t))
        return x + t.transpose(1, 2).reshape(b, c, h, w)


class MidBlock(nn.Module):
    def __init__(self, channels, groups, attention):
        super().__init__()
        self.resnets = nn.ModuleList([ResnetBlock(channels, channels, groups) for _ in range(2)])
        self.attentions = nn.ModuleList([Attention(channels, groups)] if attention else [])

    def forward(self, x):
        x = self.resnets[0](x)
        for attention in self.attentions: x = attention(x)
        return self.resnets[1](x)


class Sampler(nn.Module):
    """Half or double the resolution; `conv` is a child so that the name is diffusers'."""

    def __init__(self, channels, up):
        super().__init__()
        self.up = up
        self.conv = nn.Conv2d(channels, channels, 3, padding=1) if up else nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x):
        if self.up: return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return self.conv(F.pad(x, (0, 1, 0, 1)))  # one zero column right, one zero row below


class Level(nn.Module):
    def __init__(self, cin, cout, groups, blocks, up, resample):
        super().__init__()
        self.resnets = nn.ModuleList([ResnetBlock(cin if j == 0 else cout, cout, groups) for j in range(blocks)])
        name = "upsamplers" if up else "downsamplers"
        if resample: setattr(self, name, nn.ModuleList([Sampler(cout, up)]))
        self.samplers = name if resample else None

    def forward(self, x):
        for block in self.resnets: x = block(x)
        return getattr(self, self.samplers)[0](x) if self.samplers else x


class Encoder(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        ch, g, n = cfg["block_out_channels"], cfg["norm_num_groups"], cfg["layers_per_block"]
        self.conv_in = nn.Conv2d(3, ch[0], 3, padding=1)
        self.down_blocks = nn.ModuleList(
            [Level(ch[max(i - 1, 0)], c, g, n, False, i < len(ch) - 1) for i, c in enumerate(ch)])
        self.mid_block = MidBlock(ch[-1], g, cfg["mid_block_add_attention"])
        self.conv_norm_out = nn.GroupNorm(g, ch[-1], EPS)
        self.conv_out = nn.Conv2d(ch[-1], 2 * cfg["latent_channels"], 3, padding=1)

    def forward(self, x):
        x = self.conv_in(x)
        for level in self.down_blocks: x = level(x)
        return self.conv_out(F.silu(self.conv_norm_out(self.mid_block(x))))


class Decoder(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        ch, g, n = cfg["block_out_channels"][::-1], cfg["norm_num_groups"], cfg["layers_per_block"]
        self.conv_in = nn.Conv2d(cfg["latent_channels"], ch[0], 3, padding=1)
        self.mid_block = MidBlock(ch[0], g, cfg["mid_block_add_attention"])
        self.up_blocks = nn.ModuleList(
            [Level(ch[max(i - 1, 0)], c, g, n + 1, True, i < len(ch) - 1) for i, c in enumerate(ch)])
        self.conv_norm_out = nn.GroupNorm(g, ch[-1], EPS)
        self.conv_out = nn.Conv2d(ch[-1], 3, 3, padding=1)

    def forward(self, z):
        x = self.mid_block(self.conv_in(z))
        for level in self.up_blocks: x = level(x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


class AutoencoderKL(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.config, c = dict(cfg), cfg["latent_channels"]
        self.encoder, self.decoder = Encoder(cfg), Decoder(cfg)
        if cfg["use_quant_conv"]: self.quant_conv = nn.Conv2d(2 * c, 2 * c, 1)
        if cfg["use_post_quant_conv"]: self.post_quant_conv = nn.Conv2d(c, c, 1)

    def encode(self, x):
        """Image -> mean, raw logvar (not clamped), each [B, C, h, w]."""
        h = self.encoder(x)
        if self.config["use_quant_conv"]: h = self.quant_conv(h)
        return h.chunk(2, 1)

    def decode(self, z):
        """Unscaled latent -> image, not clamped."""
        return self.decoder(self.post_quant_conv(z) if self.config["use_post_quant_conv"] else z)


def initialise(model):
    """Residual branches start at a tenth of their size, so that the network starts near its skip path."""
    for name, p in model.named_parameters():
        if name.endswith("conv2.weight") or name.endswith("to_out.0.weight"):
            with torch.no_grad(): p.mul_(0.1)
    with torch.no_grad():  # start with a quiet posterior: the log-variance rows of quant_conv
        c = model.config["latent_channels"]
        model.quant_conv.weight[c:].mul_(0.1)
        model.quant_conv.bias[c:].fill_(-5.0)
    return model


def decoder_macs(cfg, side):
    """Multiply-adds of one decode at `side` x `side` pixels (convolutions and attention)."""
    ch, n = cfg["block_out_channels"][::-1], cfg["layers_per_block"]
    cells = (side >> (len(ch) - 1)) ** 2
    total = cells * 9 * cfg["latent_channels"] * ch[0] + 4 * 9 * cells * ch[0] ** 2
    total += cells * 4 * ch[0] ** 2 + 2 * cells ** 2 * ch[0]
    for i, c in enumerate(ch):
        for j in range(n + 1):
            cin = ch[max(i - 1, 0)] if j == 0 else c
            total += cells * (9 * c * (cin + c) + (cin * c if cin != c else 0))
        if i < len(ch) - 1:
            cells *= 4
            total += cells * 9 * c * c
    return total + cells * 9 * ch[-1] * 3

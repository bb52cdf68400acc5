/** Files that `torch.save` wrote: pickles, which can run programs and are not read. What is in one is told by its texts. */
import { InspectorError } from '@/common/errors';

/** A pickle of protocol 2 and later, as PyTorch's are. */
export function isPickle(bytes: Uint8Array): boolean {
  return bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5;
}

/** Tells whether the names in a pickle are those of weights. */
export function speaksOfWeights(pickle: Uint8Array): boolean {
  return /[._](weight|bias)/.test(new TextDecoder('latin1').decode(pickle));
}

/** The error for a pickle that is taken for a latent, with the line of Python that makes a file that can be opened. */
export function pickleOf(name: string): InspectorError {
  const read = `x = torch.load(${JSON.stringify(name)}, map_location="cpu")`;
  const take =
    'x = x if torch.is_tensor(x) else next(v for v in x.values() if torch.is_tensor(v) and v.dim() > 2)';
  const write = 'save_file({"latents": x.float().contiguous()}, "latents.safetensors")';
  return new InspectorError(
    'bad-file',
    `${name} was saved by PyTorch (torch.save) as a pickle, which can run programs, so it is not opened here.`,
    `If it holds latents, this makes a file that can be opened: python -c 'import torch; from safetensors.torch import save_file; ${read}; ${take}; ${write}'`,
  );
}

/** The measurements behind the article's figures, with the page's own network, edits and measures. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePicture } from '@/cli/decode';
import { startDevice } from '@/cli/device';
import { type CliModel, openModels } from '@/cli/models';
import { fitPicture } from '@/cli/picture';
import { applyEdits, cellShifts, type Edit, editedCells, translateEdits } from '@/edits';
import { carriers, mechanism } from '@/experiments/mechanism/mechanism';
import { decodeLevels, encodePicture } from '@/experiments/network';
import { posteriorMean } from '@/latent/layers';
import type { Rgba } from '@/latent/pixels';
import type { Cell, Latent, Levels } from '@/latent/types';
import { change } from '@/measures/change';
import { controlEdits } from '@/measures/control';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { decoderReceptiveRadius } from '@/vae/receptive';

export interface Asked {
  models: string[];
  /** Each lends its block to the one before it. */
  pictures: { id: string; title: string; file: string }[];
  /** So many of them are measured. */
  count: number;
  size: number;
  radius: number;
}

/** The planted cell, whose heal is the change that all models are given. */
const SPOT: Cell = { row: 1, col: 1 };
/** Side of a tile and of a pasted block, cells. */
const TILE = 32;
const BLOCK = 16;

type Network = { vae: AutoencoderKL; about: CliModel['about'] };

/** Measures picture by picture, all models each; after each picture what there is so far is given out. */
export async function* measureArticle(asked: Asked, root: string, log: (line: string) => void) {
  const device = await startDevice('wasm');
  const pictures: Rgba[] = [];
  for (const { file } of asked.pictures) {
    const bytes = new Uint8Array(await readFile(join(root, 'public', 'pictures', file)));
    pictures.push(fitPicture(await decodePicture(bytes), asked.size).picture);
  }
  const networks = await openNetworks(asked.models, root);
  const [planted] = networks;
  const models = Object.fromEntries(
    networks.map(({ about, vae }) => [
      about.id,
      {
        name: about.name,
        sha256: about.sha256,
        reach: decoderReceptiveRadius(vae.config),
        rows: [] as object[],
      },
    ]),
  );
  for (const [index, { id }] of asked.pictures.slice(0, asked.count).entries()) {
    const from = await meanOf(planted, pictures[index]);
    for (const network of networks) {
      log(`${id}, ${network.about.id}`);
      const to = await meanOf(network, pictures[index]);
      // The block comes from the next picture.
      const donor = await meanOf(network, pictures[(index + 1) % pictures.length]);
      const given = { from, to, donor, radius: asked.radius, isFirst: index === 0 };
      models[network.about.id].rows.push({ picture: id, ...(await measureOne(network.vae, given)) });
    }
    yield {
      computedBy: device.label,
      size: asked.size,
      radius: asked.radius,
      spot: SPOT,
      tile: TILE,
      block: BLOCK,
      pictures: asked.pictures.slice(0, index + 1).map((each) => ({ id: each.id, title: each.title })),
      models,
    };
  }
}

async function openNetworks(ids: string[], root: string): Promise<[Network, ...Network[]]> {
  const networks: Network[] = [];
  for (const { file, about } of await openModels(ids, root)) {
    await file.load('encoder');
    await file.load('decoder');
    networks.push({ vae: file.network, about });
  }
  const [first, ...others] = networks;
  return [first, ...others];
}

async function meanOf({ vae }: Network, picture: Rgba): Promise<Latent> {
  return posteriorMean(await encodePicture(vae, picture, {}));
}

interface Given {
  /** The planted model's latent, whose heal says what the change is. */
  from: Latent;
  to: Latent;
  donor: Latent;
  radius: number;
  /** The paths are measured on the first picture alone. */
  isFirst: boolean;
}

async function measureOne(vae: AutoencoderKL, { from, to, donor, radius, isFirst }: Given) {
  const base = await decodeLevels(vae, to, {});
  const [shift] = cellShifts(from, [{ kind: 'heal', cell: SPOT }]);
  const add: Edit = { kind: 'add', cell: SPOT, values: [...shift.delta] };
  const spotEdits = translateEdits([add], from, to, 'sigma').edits;
  const column: Edit[] = Array.from({ length: to.rows }, (_, row) => ({
    kind: 'zero',
    cell: { row, col: to.cols - 1 },
  }));
  return {
    spot: await effectOf(vae, to, base, spotEdits, radius),
    column: await effectOf(vae, to, base, column, radius),
    tiled: await tiledAgainst(vae, to, base),
    paste: await pasted(vae, to, donor, base),
    ...(isFirst && {
      paths: await pathsOf(vae, to, spotEdits, radius),
      columnPaths: await pathsOf(vae, to, column, radius),
    }),
  };
}

/** The change far and near, and the same change at ordinary cells, as the page measures it; ring by ring for one cell. */
async function effectOf(
  vae: AutoencoderKL,
  mean: Latent,
  base: Levels,
  edits: readonly Edit[],
  radius: number,
) {
  const control = controlEdits(mean, edits, radius);
  const of = async (made: readonly Edit[]) => {
    const edited = await decodeLevels(vae, applyEdits(mean, made), {});
    const { nearRms, farRms, profile } = change(base, edited, editedCells(made), vae.factor, radius);
    return { near: nearRms, far: farRms, ...(made.length === 1 && { profile }) };
  };
  return {
    own: await of(edits),
    control: control && { cell: control.cells[0], ...(await of(control.edits)) },
  };
}

/**
 * The picture decoded in tiles, each with so many cells around it that the convolutions see all that they reach. So whatever
 * differs from the decode in one piece comes from what sees the whole of its input: GroupNorm and attention.
 */
async function tiledAgainst(vae: AutoencoderKL, mean: Latent, whole: Levels) {
  const reach = decoderReceptiveRadius(vae.config);
  const tiled = whole.data.slice();
  for (let top = 0; top < mean.rows; top += TILE) {
    for (let left = 0; left < mean.cols; left += TILE) {
      const [r0, c0] = [Math.max(0, top - reach), Math.max(0, left - reach)];
      const r1 = Math.min(mean.rows, top + TILE + reach);
      const c1 = Math.min(mean.cols, left + TILE + reach);
      const part = await decodeLevels(vae, cut(mean, r0, c0, r1, c1), {});
      const f = vae.factor;
      for (let y = top * f; y < (top + TILE) * f; y++) {
        const at = 3 * ((y - r0 * f) * part.width + (left - c0) * f);
        tiled.set(part.data.subarray(at, at + 3 * TILE * f), 3 * (y * whole.width + left * f));
      }
    }
  }
  const { width, height } = whole;
  const { farRms, farShift } = change(whole, { width, height, data: tiled }, [], vae.factor, 0);
  return { rms: farRms, shift: farShift, overlap: reach };
}

function cut({ cols, channels, data }: Latent, r0: number, c0: number, r1: number, c1: number): Latent {
  const part = new Float32Array((r1 - r0) * (c1 - c0) * channels);
  for (let row = r0; row < r1; row++) {
    const from = (row * cols + c0) * channels;
    part.set(data.subarray(from, from + (c1 - c0) * channels), (row - r0) * (c1 - c0) * channels);
  }
  return { rows: r1 - r0, cols: c1 - c0, channels, data: part };
}

/** A block in the middle taken from another picture's latent: the change of the picture beyond the convolutions' reach. */
async function pasted(vae: AutoencoderKL, mean: Latent, donor: Latent, base: Levels) {
  const edited = { ...mean, data: mean.data.slice() };
  const first = (mean.rows - BLOCK) / 2;
  const cells: Cell[] = [];
  for (let row = first; row < first + BLOCK; row++) {
    for (let col = first; col < first + BLOCK; col++) {
      cells.push({ row, col });
      const at = (row * mean.cols + col) * mean.channels;
      edited.data.set(donor.data.subarray(at, at + mean.channels), at);
    }
  }
  const reach = decoderReceptiveRadius(vae.config);
  const { nearRms, farRms } = change(base, await decodeLevels(vae, edited, {}), cells, vae.factor, reach);
  return { beyond: farRms, within: nearRms, reach };
}

async function pathsOf(vae: AutoencoderKL, mean: Latent, edits: readonly Edit[], radius: number) {
  const result = await mechanism(vae, mean, applyEdits(mean, edits), editedCells(edits), radius);
  const { full, frozenNorm, frozenAttention, frozenBoth, judgedBeyond, beyondReceptiveField } = result;
  const { normShare, attentionShare } = carriers(result);
  const root = ({ energy }: { energy: number }) => Math.sqrt(energy);
  return {
    beyond: judgedBeyond,
    full: root(full),
    frozenNorm: root(frozenNorm),
    frozenAttention: root(frozenAttention),
    frozenBoth: root(frozenBoth),
    normShare,
    attentionShare,
    largestBeyondReach: beyondReceptiveField,
  };
}

/**
 * The instrument's numbers computed a second time, outside the page: the network on tfjs in Node, and the measures
 * written down again from their definitions, slowly, so that the page's own code is not its own witness.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import type { Cell } from '@/latent/types';
import { openEmbedded } from '@/models/load';
import type { ModelManifest } from '@/models/manifest';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { PARTS } from '@/vae/shapes';

const MODELS = new URL('../../models/', import.meta.url);

/** A small model of `models/`, on tfjs's wasm backend in Node (one thread). */
export async function loadReference(id: string): Promise<AutoencoderKL> {
  await tf.setBackend('wasm');
  const manifest = JSON.parse(readFileSync(new URL(`${id}.json`, MODELS), 'utf8')) as ModelManifest;
  const fromDisk = async (url: RequestInfo | URL) => new Response(readFileSync(fileURLToPath(String(url))));
  const file = await openEmbedded(manifest, MODELS.href, { fetch: fromDisk as typeof fetch });
  for (const part of PARTS) await file.load(part);
  return file.network;
}

export interface ReferencePosterior {
  mean: Float32Array;
  rawLogvar: Float32Array;
}

/** @param rgba `size * size` pixels, straight RGBA */
export function encodePixels(vae: AutoencoderKL, rgba: ArrayLike<number>, size: number): ReferencePosterior {
  const values = Float32Array.from({ length: 3 * size * size }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return (rgba[4 * pixel + (at % 3)] / 255) * 2 - 1;
  });
  const image = tf.tensor4d(values, [1, size, size, 3]);
  const posterior = vae.encode(image);
  const result = {
    mean: posterior.mean.dataSync() as Float32Array,
    rawLogvar: posterior.rawLogvar.dataSync() as Float32Array,
  };
  tf.dispose([image, posterior.mean, posterior.logvar, posterior.rawLogvar]);
  return result;
}

/** Decodes `[side, side, channels]` values to levels, `[8 side, 8 side, 3]`, clamped, float. */
export function decodeLevels(
  vae: AutoencoderKL,
  latent: ArrayLike<number>,
  side: number,
  channels: number,
): number[] {
  const z = tf.tensor4d(Float32Array.from(latent), [1, side, side, channels]);
  const decoded = vae.decode(z);
  const levels = Array.from(decoded.dataSync(), (y) => 127.5 * (Math.min(1, Math.max(-1, y)) + 1));
  tf.dispose([z, decoded]);
  return levels;
}

/** The mean of those of the 8 neighbours that exist; for a single edited cell. */
export function healedValues(mean: ArrayLike<number>, side: number, channels: number, cell: Cell): number[] {
  const neighbours: number[] = [];
  for (const down of [-1, 0, 1]) {
    for (const right of [-1, 0, 1]) {
      const row = cell.row + down;
      const col = cell.col + right;
      if ((down !== 0 || right !== 0) && row >= 0 && col >= 0 && row < side && col < side) {
        neighbours.push(row * side + col);
      }
    }
  }
  return Array.from({ length: channels }, (_, c) => {
    const sum = neighbours.reduce((total, index) => total + mean[index * channels + c], 0);
    return sum / neighbours.length;
  });
}

export interface ReferenceChange {
  nearRms: number;
  farRms: number;
  farShare: number;
  farShift: [number, number, number];
  farPsnr: number;
  farChanged: number;
}

/** The measures of one edited cell, straight from their definitions. */
export function measure(
  base: number[],
  edited: number[],
  size: number,
  cell: Cell,
  radius: number,
): ReferenceChange {
  const near: number[] = [];
  const far: number[][] = [[], [], []];
  let changed = 0;
  let farPixels = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const rows = Math.abs(Math.floor(y / 8) - cell.row);
      const cols = Math.abs(Math.floor(x / 8) - cell.col);
      const d = [0, 1, 2].map((c) => edited[(y * size + x) * 3 + c] - base[(y * size + x) * 3 + c]);
      if (Math.max(rows, cols) <= radius) {
        near.push(...d);
      } else {
        farPixels += 1;
        if (d.some((value) => Math.abs(value) >= 1)) changed += 1;
        for (const c of [0, 1, 2]) far[c].push(d[c]);
      }
    }
  }
  const all = far.flat();
  const energy = (values: number[]) => values.reduce((sum, value) => sum + value * value, 0);
  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const farRms = Math.sqrt(energy(all) / all.length);
  return {
    nearRms: Math.sqrt(energy(near) / near.length),
    farRms,
    farShare: energy(all) / (energy(all) + energy(near)),
    farShift: [average(far[0]), average(far[1]), average(far[2])],
    farPsnr: 10 * Math.log10(255 ** 2 / farRms ** 2),
    farChanged: changed / farPixels,
  };
}

/** The control cell of one edited cell, by sorting all candidates. */
export function matchedCell(
  mean: ArrayLike<number>,
  side: number,
  channels: number,
  cell: Cell,
  radius: number,
): Cell {
  const norm = (index: number) =>
    Math.sqrt(
      Array.from({ length: channels }, (_, c) => mean[index * channels + c] ** 2).reduce((a, b) => a + b),
    );
  const border = (row: number, col: number) => Math.min(row, col, side - 1 - row, side - 1 - col);
  const norms = Array.from({ length: side * side }, (_, index) => norm(index)).sort((a, b) => a - b);
  const median = (norms[norms.length / 2 - 1] + norms[norms.length / 2]) / 2;
  const candidates = [];
  for (let row = 0; row < side; row++) {
    for (let col = 0; col < side; col++) {
      if (Math.max(Math.abs(row - cell.row), Math.abs(col - cell.col)) < 2 * radius + 1) continue;
      candidates.push({
        row,
        col,
        off: Math.abs(border(row, col) - border(cell.row, cell.col)),
        distance: Math.abs(norm(row * side + col) - median),
      });
    }
  }
  candidates.sort((a, b) => a.off - b.off || a.distance - b.distance || a.row - b.row || a.col - b.col);
  return { row: candidates[0].row, col: candidates[0].col };
}

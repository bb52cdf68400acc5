/** The part of the state that a link can carry, and its defaults. */
import type { Amplification, Factor, Layer, Range, Show, Size, Units, View } from './types';
import { LAST_STEP, SIZES } from './types';

export const DEFAULT_SIZE: Size = 512;
/** Size on the plain CPU backend, where a decode of 512 pixels takes minutes. */
export const SMALL_SIZE: Size = 256;
export const DEFAULT_RADIUS = 4;
/** Beyond this nearly every cell of the largest latent is near. */
export const LARGEST_RADIUS = 32;

export const SHOWS: readonly Show[] = ['base', 'edited', 'change', 'control', 'control-change'];
export const FACTORS: readonly Factor[] = [1, 8, 32];
export const AMPLIFICATIONS: readonly Amplification[] = ['data', ...FACTORS];
export const UNITS: readonly Units[] = ['sigma', 'raw'];
export const RANGES: readonly Range[] = ['full', 'middle'];

export const DEFAULT_VIEW: View = {
  model: '',
  picture: null,
  latent: null,
  size: DEFAULT_SIZE,
  layer: 'norm',
  // A single cell that stands out is seen by standing out.
  range: 'full',
  cell: { row: 0, col: 0 },
  edits: [],
  show: 'edited',
  amplification: 'data',
  radius: DEFAULT_RADIUS,
  compare: null,
  units: 'sigma',
  panel: null,
  step: null,
};

export function isSize(value: unknown): value is Size {
  return SIZES.includes(value as Size);
}

export function isStep(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= LAST_STEP;
}

export function isLayer(value: string): value is Layer {
  return (
    ['norm', 'rawLogvar', 'logvar', 'kl', 'influence'].includes(value) || /^channel:\d{1,3}$/.test(value)
  );
}

/** The channel that a layer shows, or null. */
export function layerChannel(layer: Layer): number | null {
  return layer.startsWith('channel:') ? Number(layer.slice('channel:'.length)) : null;
}

/** The layer, or |mean| where a latent of so many channels does not have it. */
export function fittingLayer(layer: Layer, channels: number): Layer {
  const channel = layerChannel(layer);
  return channel !== null && channel >= channels ? 'norm' : layer;
}

/** The next smaller size, or null. */
export function smallerSize(size: Size): Size | null {
  return SIZES[SIZES.indexOf(size) - 1] ?? null;
}

import { describe, expect, it } from 'vitest';
import { measureText } from '@/app/device/measureText';
import {
  channelsWords,
  decodeTime,
  gflops,
  layerColumns,
  layerWords,
  timeWords,
} from '@/app/device/measureWords';
import { measureWork } from '@/app/device/measureWork';
import type { DeviceReport } from '@/engine/protocol';
import { fakeMeasurement } from '../session/fakes';

const DEVICE: DeviceReport = {
  backend: 'wasm',
  label: "this computer's CPU, 2 threads",
  reason: '',
  precision: 'single',
  threads: 2,
  rejected: [],
  selfTest: { milliseconds: 1, largestError: 0 },
};
const MEASUREMENT = fakeMeasurement({ model: 'mini', sizes: [256, 512], runs: 3 }, DEVICE);

describe('a measurement as text', () => {
  const text = measureText(MEASUREMENT, 'Browser/1');

  it('says what was measured with what, for people', () => {
    expect(text).toContain("Device: this computer's CPU, 2 threads (wasm, 2 threads)");
    expect(text).toContain('Browser: Browser/1');
    expect(text).toContain('Model: Model mini, 1,000 parameters, SHA-256 abcdef');
    expect(text).toContain('decode | 256 \u00d7 256 | 2.00 s | 1.80 s to 2.40 s | 2.50 | 256 MiB');
  });

  it('ends with the whole of it as JSON in one line', () => {
    const json = JSON.parse(text.slice(text.lastIndexOf('\n') + 1));
    expect(json).toMatchObject({ tool: 'latent-inspector', browser: 'Browser/1', device: DEVICE });
    expect(json.passes).toEqual(MEASUREMENT.passes);
    expect(json.layers).toEqual(MEASUREMENT.layers);
  });
});

describe('its numbers', () => {
  it('count a layer as often as a decode has it, against the decode at the same size', () => {
    const share = layerColumns(decodeTime(MEASUREMENT)).find(({ key }) => key === 'share')!;
    // Two of 100 ms in a decode of 2 s.
    expect(share.text(MEASUREMENT.layers[0])).toBe('10.0 %');
  });

  it('give no rate where no operations are counted', () => {
    const { flops, milliseconds } = MEASUREMENT.layers[1];
    expect(gflops(flops, milliseconds)).toBeNaN();
    expect(gflops(5e9, milliseconds)).toBe(250);
  });

  it('are told in three digits or so', () => {
    expect([0.0312, 8.127, 250.4, 1254].map(timeWords)).toEqual(['0.031 ms', '8.13 ms', '250 ms', '1.25 s']);
  });

  it('name a layer in words', () => {
    const [convolution, norm] = MEASUREMENT.layers.map(({ layer }) => layer);
    expect([layerWords(convolution), channelsWords(convolution)]).toEqual([
      '3\u00d73 convolution',
      '16 to 24',
    ]);
    expect([layerWords(norm), channelsWords(norm)]).toEqual(['GroupNorm with SiLU', '16']);
  });
});

it('the work of a measurement grows with the pixels and the runs', () => {
  // At the open size: four encodes, four decodes and about two more for the layers.
  expect(measureWork([256], 3, 256)).toEqual({ encodes: 4, decodes: 6 });
  expect(measureWork([512], 3, 256)).toEqual({ encodes: 16, decodes: 24 });
});

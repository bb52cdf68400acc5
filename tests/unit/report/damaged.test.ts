/** The command on models that give no numbers: their rows name them, and a healthy model's rows are as if they had not been. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { SafetensorsFile, writeSafetensors } from '@/models/files/safetensors';
import { bufferSource } from '@/models/files/source';
import type { RankedCell, ReportRow } from '@/report/row';
import { draw } from './drawn';

const PROGRAM = fileURLToPath(new URL('../../../scripts/cli/run.mjs', import.meta.url));
const HEALTHY = new URL('../../../models/mini-emergent.safetensors', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'latent-inspector-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of the project's with the weights of one tensor changed, in float32. */
async function write(name: string, tensor: string, change: (value: number, index: number) => number) {
  const bytes = Uint8Array.from(readFileSync(HEALTHY)).buffer;
  const file = await SafetensorsFile.open(bufferSource(bytes, name));
  const tensors = new Map<string, { shape: number[]; data: Float32Array }>();
  for (const key of file.entries.keys()) tensors.set(key, await file.read(key));
  const { shape, data } = tensors.get(tensor)!;
  tensors.set(tensor, { shape, data: data.map(change) });
  writeFileSync(join(folder, `${name}.safetensors`), new Uint8Array(writeSafetensors(tensors)));
}

/** The rows of a run, by model. */
function measure(models: string, out: string): Map<string, ReportRow> {
  const { stderr } = spawnSync(
    process.execPath,
    [PROGRAM, 'report', 'a.png', '--size', '64', '--model', models, '--out', out],
    { cwd: folder, encoding: 'utf8' },
  );
  expect(stderr).not.toMatch(/^\s+at /m);
  const lines = readFileSync(join(folder, out, 'rows.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  const rows = lines.map((line) => JSON.parse(line) as ReportRow);
  return new Map(rows.map((row) => [row.model.id, row]));
}

test('each is named with what is wrong with it, and the healthy model after them is measured as alone', {
  timeout: 240_000,
}, async () => {
  writeFileSync(join(folder, 'a.png'), draw(0));
  const { config } = JSON.parse(
    readFileSync(new URL('../../../models/mini-emergent.json', import.meta.url), 'utf8'),
  );
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  await write('a-nan', 'encoder.conv_in.weight', (value, index) => (index === 7 ? Number.NaN : value));
  await write('b-inf', 'decoder.conv_out.bias', (value, index) => (index === 0 ? Infinity : value));
  await write('c-huge', 'encoder.conv_out.weight', (value) => 3e38 * Math.sign(value));
  await write('d-huge', 'decoder.conv_out.weight', (value) => 3e38 * Math.sign(value));
  const names = ['a-nan', 'b-inf', 'c-huge', 'd-huge'];
  const files = names.map((name) => `${name}=${name}.safetensors`);
  const rows = measure([...files, 'mini-emergent'].join(), 'after');
  expect(names.map((name) => rows.get(name)?.failure)).toEqual([
    expect.stringMatching(
      /^The encoder of "a-nan\.safetensors" holds weights that are not numbers: 1 of \d+ in "encoder\.conv_in\.weight" \(NaN\)\.$/,
    ),
    'The decoder of "b-inf.safetensors" holds weights that are not numbers: 1 of 3 in "decoder.conv_out.bias" (infinite). What its encoder alone tells was measured.',
    'The encoder of "c-huge.safetensors" gives values that are not numbers for this picture.',
    'The decoder of "d-huge.safetensors" gives values that are not numbers for this latent. What its encoder alone tells was measured.',
  ]);
  for (const name of names) expect(rows.get(name)?.measures).toBeNull();
  const healthy = rows.get('mini-emergent');
  expect(healthy?.failure).toBeNull();
  const measures = measure('mini-emergent', 'alone').get('mini-emergent')?.measures;
  expect(healthy?.measures).toEqual(measures);
  // The encoders of both are the healthy model's.
  const { rows: height, cols, channels, clampedShare, rawLogvarMin, strongest } = measures!;
  const ranked = ({ cell, score, value }: RankedCell) => ({ cell, score, value });
  for (const name of ['b-inf', 'd-huge']) {
    expect(rows.get(name)?.encoder).toEqual({
      ...{ rows: height, cols, channels, clampedShare, rawLogvarMin },
      strongest: { norm: ranked(strongest.norm), rawLogvar: ranked(strongest.rawLogvar) },
    });
  }
  const table = readFileSync(join(folder, 'after', 'report.csv'), 'utf8');
  const lines = table.split(/\r?\n/).map((line) => line.split(','));
  const column = lines[0].indexOf('by_norm_row');
  const ofModel = (name: string) => lines.find((line) => line[2] === name)!;
  expect(ofModel('b-inf')[lines[0].indexOf('model')]).toBe('b-inf');
  expect(ofModel('a-nan').at(column)).toBe('');
});

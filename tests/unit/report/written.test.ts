/** The report as files: CSV, JSON and HTML. */
import { expect, test } from 'vitest';
import { csvText } from '@/common/csv';
import { toCsv } from '@/report/csv';
import { DEFINITIONS } from '@/report/definitions';
import { toHtml } from '@/report/html';
import { toJson } from '@/report/json';
import { RATIOS_NOTE, show } from '@/report/markup';
import { document, heal, measures, row, run } from './rows';

const CELL = { row: 1, col: 2 };

/** The fields of a CSV by their headers, one record a line; enough for fields without line breaks. */
function records(csv: string): Record<string, string>[] {
  const [header, ...lines] = csv.trimEnd().split('\r\n');
  const fields = (line: string) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  const names = fields(header).map((match) => match[2]);
  return lines.map((line) =>
    Object.fromEntries(
      fields(line).map((match, at) => [names[at], match[1]?.replaceAll('""', '"') ?? match[2]]),
    ),
  );
}

test('CSV has one line a picture, model and size, with units in the headers', () => {
  const csv = toCsv([row('b.png', measures(CELL, 8)), row('a.png', measures(CELL, 4))]);
  const [first, second] = records(csv);
  expect(first).toMatchObject({
    picture: 'a.png',
    size_px: '128',
    psnr_db: '20',
    by_norm_row: '1',
    by_norm_col: '2',
    by_norm_heal_far_rms_levels: '4',
    by_norm_control_far_rms_levels: '0.5',
    by_norm_far_ratio: '8',
    named_heal_far_rms_levels: '',
  });
  expect(second.by_norm_far_ratio).toBe('16');
});

test('CSV leaves cells empty where there is no finite number', () => {
  const bad = measures(CELL, 1, { psnr: Number.POSITIVE_INFINITY, ssim: Number.NaN, rawLogvarMin: null });
  bad.strongest.norm.heal = heal(CELL, 1, null);
  const [record] = records(toCsv([row('a.png', bad)]));
  expect([record.psnr_db, record.ssim, record.raw_logvar_min_ln]).toEqual(['', '', '']);
  expect([record.by_norm_control_row, record.by_norm_far_ratio]).toEqual(['', '']);
});

test('CSV quotes what it must, and no spreadsheet takes a name for a formula', () => {
  const csv = toCsv([row('a, "b".png', null), row('=1+1.png', null)]);
  expect(csv).toContain('"a, ""b"".png"');
  expect(csv).toContain("'=1+1.png");
  expect(records(csv).map(({ failure }) => failure)).toEqual([
    'This picture is damaged and cannot be decoded.',
    'This picture is damaged and cannot be decoded.',
  ]);
});

test.each([
  ['=1+1.png', "'=1+1.png"],
  ['-1.png', '-1.png'],
  ['+a.png', '+a.png'],
  ['@user.jpg', '@user.jpg'],
  ['+cmd|calc!A0', "'+cmd|calc!A0"],
  ['-2+HYPERLINK(A1)', "'-2+HYPERLINK(A1)"],
  // Whoever takes one apostrophe away has the name again, also of this one.
  ["'=1.png", "''=1.png"],
  ["'quoted'.png", "'quoted'.png"],
])('as a text of a CSV file %s is %s', (name, text) => {
  expect(csvText(name)).toBe(text);
});

test('where no pixel is far, far figures are empty and null, never 0, and it is said', () => {
  const near = measures(CELL, 1);
  for (const each of Object.values(near.strongest)) each.heal = heal(CELL, null, null);
  const all = document([row('a.png', near)]);
  const [record] = records(toCsv(all.rows));
  expect([record.by_norm_heal_far_rms_levels, record.by_norm_far_ratio]).toEqual(['', '']);
  expect(JSON.parse(toJson(all)).rows[0].measures.strongest.norm.heal.farRms).toBeNull();
  expect(toHtml(all)).toContain(
    'In 1 of 1 measurements (at 128 pixels) no pixel lies more than 4 cells away from a healed cell',
  );
});

test('poor reconstructions and rows of different kernels are told before the figures', () => {
  const kernels = (name: string) => ({ kernels: { name, threads: 1, adapter: null } });
  const all = document([
    row('a.png', measures(CELL, 1, { psnr: 14 }), kernels('wasm-simd')),
    row('b.png', measures(CELL, 1, { psnr: 15 }), kernels('wasm-relaxed-simd')),
  ]);
  const html = toHtml(all);
  expect(html).toContain('model at 128 pixels are only 14.5 dB from their pictures');
  expect(html).toContain('(wasm-relaxed-simd: 1; wasm-simd: 1)');
  expect(JSON.parse(toJson(all)).remarks).toHaveLength(2);
  expect(records(toCsv(all.rows)).map((record) => record.kernels)).toEqual([
    'wasm-simd',
    'wasm-relaxed-simd',
  ]);
});

test('of a good model the pictures of which it makes a poor reconstruction are named, each of them', () => {
  const psnrs = [31, 14, 30, 19.96, 33];
  const rows = psnrs.map((psnr, at) => row(`${at}.png`, measures(CELL, 1, { psnr })));
  const html = toHtml(document(rows));
  expect(html).toContain(
    'In 2 of 5 pictures the reconstruction of model at 128 pixels is less than 20 dB from the picture, where the median is 30.0 dB: 1.png (14.0 dB), 3.png (20.0 dB).',
  );
  expect(html.match(/The reconstruction of model at 128 pixels is only 14\.0 dB from it\./g)).toHaveLength(1);
  // Of a model whose reconstructions are all poor that is said once.
  const bad = toHtml(document(psnrs.map((_, at) => row(`${at}.png`, measures(CELL, 1, { psnr: 12 })))));
  expect(bad).toContain('are only 12.0 dB from their pictures');
  expect(bad).not.toContain('dB from it.');
});

test('JSON has null where there is no finite number, and everything else to read back', () => {
  const json = JSON.parse(toJson(document([row('a.png', measures(CELL, 1, { psnr: Number.NaN }))])));
  expect(json.rows[0].measures.psnr).toBeNull();
  expect(json.summary[0].psnr).toMatchObject({ count: 0, median: null });
  expect(json.summary[0].rankings.norm.places).toEqual([{ cell: CELL, count: 1 }]);
  expect(json.definitions).toHaveLength(DEFINITIONS.length);
  expect(json.models[0].sha256).toBe('hash of model');
});

test('HTML names nothing from elsewhere, runs no script, and shows foreign text as text', () => {
  const name = '<img src=x onerror=alert(1)> & "b\'.png';
  const html = toHtml(document([row(name, measures(CELL, 3)), row('bad.png', null)]));
  expect(html).not.toMatch(/<script|<img|<link|url\(|https?:/i);
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;b&#39;.png');
});

test('HTML holds hashes, versions, commands, definitions, and what is missing', () => {
  const html = toHtml(
    document(
      [row('a.png', measures(CELL, 3)), row('bad.png', null)],
      [run({ units: 3, copies: [{ name: 'c.png', sameAs: 'a.png' }] })],
    ),
  );
  for (const text of [
    'hash of a.png',
    'hash of model',
    'latent-inspector 1.0.0',
    'latent-inspector report pictures',
    'WebAssembly (SIMD), 1 thread',
    'Node 20.0.0',
    '2 of 3 measurements are here',
    'One picture was not measured',
    '&quot;c.png&quot; is the same file as &quot;a.png&quot; and counts once.',
    'Not measured: This picture is damaged',
    '(1, 2) in 1 of 1',
    'The path by which changes travel (mechanism) was not measured.',
    '1,234,567',
  ]) {
    expect(html).toContain(text);
  }
  for (const { name } of DEFINITIONS) expect(html).toContain(`<dt>${name}</dt>`);
});

test('HTML never shows a ratio without the levels that it is of', () => {
  const html = toHtml(document([row('a.png', measures(CELL, 3))]));
  const headers = [...html.matchAll(/<thead><tr>(.*?)<\/tr>/g)].map(([, cells]) => cells);
  const withRatio = headers.filter((cells) => cells.includes('>Median of the ratios<'));
  expect(withRatio.length).toBeGreaterThan(0);
  for (const cells of withRatio) {
    expect(cells.indexOf('Far RMS')).toBeGreaterThan(-1);
    expect(cells.indexOf('Far RMS')).toBeLessThan(cells.indexOf('>Median of the ratios<'));
    expect(cells).toContain('control');
  }
  // Each section with such a column says why it is not the quotient of its neighbours.
  expect(html.split(RATIOS_NOTE).length - 1).toBe(withRatio.length);
});

test('a report in which no picture could be measured says so', () => {
  expect(toHtml(document([row('bad.png', null)]))).toContain('No picture could be measured.');
});

test.each([
  [null, '–'],
  [Number.NaN, '–'],
  [0, '0'],
  [0.012345, '0.0123'],
  [9.996, '10.0'],
  [123.6, '124'],
  [12345, '12300'],
  [-3.456, '−3.46'],
  [0.00012, '1.2e−4'],
])('%s is shown as %s', (value, text) => {
  expect(show(value)).toBe(text);
});

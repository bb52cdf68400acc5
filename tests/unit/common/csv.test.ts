/** CSV files read back by a reader of RFC 4180 that knows nothing of the writer. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv as tableCsv } from '@/app/experiments/table';
import { csvText, nameOfCsvText, writeCsv } from '@/common/csv';
import { COLUMNS, toCsv } from '@/report/csv';
import { measures, row } from '../report/rows';

/** All records, field by field; lines end with CR LF, and a quoted field may hold anything. */
function readCsv(text: string): string[][] {
  const records: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at += 1; ; at += 1) {
        if (text[at] !== '"') field += text[at];
        else if (text[at + 1] === '"') {
          field += '"';
          at += 1;
        } else break;
      }
      at += 1;
    } else {
      while (at < text.length && text[at] !== ',' && !text.startsWith('\r\n', at)) field += text[at++];
    }
    records[records.length - 1].push(field);
    if (text[at] === ',') at += 1;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      at += 2;
      records.push([]);
    }
  }
  return records.slice(0, -1);
}

const NAMES = [
  'plain.png',
  'a, b.png',
  'a "quoted" name.png',
  '"',
  'two\nlines.png',
  'two\r\nlines.png',
  '\r',
  '\ttab.png',
  ' blanks ',
  '=1+1.png',
  '=HYPERLINK("http://example.org","x")',
  '+1.png',
  '+cmd|calc!A0',
  '+two\nlines(1)',
  '-1.png',
  '-2+HYPERLINK(A1)',
  '@user.jpg',
  '@SUM(A1)',
  "'quoted'",
  "'=1",
  "''=1",
  '\uff1d1+1',
  '\uff20SUM\uff08A1\uff09',
  'caf\u00e9 \ud83d\ude00;semicolon',
];

test('names with commas, quotes, line breaks and leading signs come back from a report, each in its field', () => {
  const rows = NAMES.map((name) =>
    row(name, measures({ row: 1, col: 2 }, 8), { notices: [name, 'Second, "one".'] }),
  );
  const [header, ...records] = readCsv(toCsv(rows));
  expect(header).toEqual(COLUMNS.map(([name]) => name));
  for (const record of records) expect(record).toHaveLength(header.length);
  const [pictures, far] = ['picture', 'by_norm_heal_far_rms_levels'].map((name) => header.indexOf(name));
  expect(records.map((record) => nameOfCsvText(record[pictures])).sort()).toEqual([...NAMES].sort());
  expect(new Set(records.map((record) => record[far]))).toEqual(new Set(['8']));
});

test('and from a table of an experiment, with the columns that say where it comes from', () => {
  const columns = [
    { key: 'name', label: '', value: (name: string) => name, text: String },
    { key: 'odd, "key"', label: '', value: () => Number.POSITIVE_INFINITY, text: String },
    { key: 'none', label: '', value: () => Number.NaN, text: String },
  ];
  const [header, ...records] = readCsv(
    tableCsv(columns, NAMES, { picture: '=A1,"x"', complete: false, sha256: null }),
  );
  expect(header).toEqual(['name', 'odd, "key"', 'none', 'picture', 'complete', 'sha256']);
  expect(records.map(([name]) => nameOfCsvText(name))).toEqual(NAMES);
  for (const record of records) expect(record.slice(1)).toEqual(['inf', '', '\'=A1,"x"', 'false', '']);
});

test('any text comes back, and none that a spreadsheet computes stands bare', () => {
  const letters = fc.constantFrom(...'ab,"\r\n\t =+-@\'(|!;', '\uff1d', '\uff20', '\u00e9');
  const text = fc.array(letters, { maxLength: 12 }).map((all) => all.join(''));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
      const [, record] = readCsv(
        writeCsv(
          texts.map(() => 'x'),
          [texts],
        ),
      );
      expect(record.map(nameOfCsvText)).toEqual(texts);
      for (const field of record) expect(field).not.toMatch(/^(=|\t|\r|\n|[+\-@].*[(|!])/s);
    }),
    { numRuns: 3000, seed: 20_302 },
  );
  expect(csvText('=1')).toBe("'=1");
});

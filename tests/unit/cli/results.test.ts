/** Tests of what the command keeps, whatever happens to it: two at once, a kill, a full disk, a closed pipe, rows that fail. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { draw } from '../report/drawn';
import { command, pretendRows, rowsIn, type Start } from './command';

const folder = mkdtempSync(join(tmpdir(), 'latent-inspector-results-'));
const at = (...path: string[]) => join(folder, ...path);
const run = (line: string, more: Partial<Start> = {}) => command(line.split(' '), { cwd: folder, ...more });
const SMALL = '--model mini-clean --size 64';
/** Two processes at once on two busy cores. */
const PATIENCE = { timeout: 240_000 };

/** Stands in for a part of the file system; `fs` is node:fs/promises. */
const patched = (code: string) => `import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
const failing = (code, syscall, path) => Object.assign(new Error(code), { code, errno: -1, syscall, path });
${code}
syncBuiltinESMExports();`;

/** No stack is for whoever starts the command. */
const expectPlain = (errors: string) => expect(errors).not.toMatch(/^ {4}at /m);

beforeAll(async () => {
  for (const name of ['A', 'B', 'mixed', 'with,comma']) mkdirSync(at(name));
  writeFileSync(at('A', '1.png'), draw(0));
  writeFileSync(at('B', '1.png'), draw(1));
  copyFileSync(at('A', '1.png'), at('mixed', 'good.png'));
  writeFileSync(at('mixed', 'bad.png'), 'no picture');
  const { code, errors } = await run(`report A/1.png B/1.png ${SMALL} --out two`);
  expect([code, errors.includes('Stopped')]).toEqual([0, false]);
}, PATIENCE.timeout);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('pictures of one name are called by their folders too, and rows say which kernels made them', () => {
  const rows = rowsIn(at('two'));
  expect(rows.map(({ picture }) => picture.name)).toEqual(['A/1.png', 'B/1.png']);
  for (const { kernels } of rows) {
    expect(kernels).toMatchObject({ name: expect.stringMatching(/^wasm-(relaxed-)?simd$/), adapter: null });
  }
  const [header, first] = readFileSync(at('two', 'report.csv'), 'utf8').split('\r\n');
  expect(header).toMatch(/,kernels,threads,adapter,numerics$/);
  expect(first).toMatch(/,wasm-(relaxed-)?simd,\d+,,2$/);
  expect(existsSync(at('two', 'report.lock'))).toBe(false);
});

test('at 64 pixels there is no far region in the middle: empty, null and said, never 0', () => {
  const report = JSON.parse(readFileSync(at('two', 'report.json'), 'utf8'));
  for (const { strongest } of report.rows.map(({ measures }: never) => measures)) {
    for (const { cell, heal } of Object.values(strongest) as never[]) {
      const { row, col } = cell as { row: number; col: number };
      const reach = Math.max(row, 7 - row, col, 7 - col);
      // 8 x 8 cells, radius 4.
      const { farRms } = heal as { farRms: number | null };
      if (reach <= 4) expect(farRms).toBeNull();
      else expect(farRms).toBeGreaterThan(0);
    }
  }
});

test(
  'a second process does not measure the same into one folder: it says who does, and how to share the work',
  PATIENCE,
  async () => {
    let second: ReturnType<typeof run> | null = null;
    const first = await run(`report A B ${SMALL},128 --out both`, {
      onErrors(errors) {
        if (errors.includes('1 of 4')) second ??= run(`report A B ${SMALL},128 --out both`);
      },
    });
    const refused = await second!;
    expect([first.code, refused.code]).toEqual([0, 1]);
    expect(refused.errors).toMatch(/Process \d+ on .*, is writing results into "both"\./);
    expect(refused.errors).toContain('--shard 1/2 --out part-1');
    expectPlain(refused.errors);
    expect(rowsIn(at('both'))).toHaveLength(4);
  },
);

test('what a killed process leaves is no lock, and the next goes on from its rows', PATIENCE, async () => {
  const killed = await run(`report A B ${SMALL} --out killed`, {
    onErrors: (errors, child) => void (errors.includes('1 of 2') && child.kill('SIGKILL')),
  });
  expect(killed.signal).toBe('SIGKILL');
  expect(existsSync(at('killed', 'report.lock'))).toBe(true);
  const next = await run(`report A B ${SMALL} --out killed`);
  expect([next.code, next.errors.match(/\d of \d/)?.[0]]).toEqual([0, '1 of 1']);
  expect(readdirSync(at('killed')).sort()).toEqual(readdirSync(at('two')).sort());
});

test('a lock of another computer holds as long as it is touched, and not for ever', PATIENCE, async () => {
  mkdirSync(at('far'));
  const lock = {
    token: 'other',
    pid: 1,
    host: 'node17',
    system: 'another',
    born: null,
    since: '2030-01-01T00:00:00.000Z',
  };
  writeFileSync(at('far', 'report.lock'), JSON.stringify(lock));
  const held = await run(`report A ${SMALL} --out far`);
  expect([held.code, held.errors.split('\n')[0]]).toEqual([
    1,
    'Process 1 on node17, since 2030-01-01T00:00:00.000Z, is writing results into "far".',
  ]);
  spawnSync('touch', ['-d', '10 minutes ago', at('far', 'report.lock')]);
  expect((await run(`report A ${SMALL} --out far`)).code).toBe(0);
  expect(readdirSync(at('far')).filter((name) => name.includes('lock'))).toEqual([]);
});

test('what failed is tried again, and then counts as it came out: exit codes 3 and 0', PATIENCE, async () => {
  const failed = await run(`report mixed ${SMALL} --out mixed-out`);
  expect(failed.code).toBe(3);
  expect(failed.errors).toContain(
    'One measurement failed:\n  bad.png, mini-clean at 64 pixels: This file is a text, not a picture.',
  );
  const report = () => JSON.parse(readFileSync(at('mixed-out', 'report.json'), 'utf8'));
  expect(report().missing).toEqual([
    { picture: 'bad.png', model: 'mini-clean', size: 64, why: 'This file is a text, not a picture.' },
  ]);
  copyFileSync(at('B', '1.png'), at('mixed', 'bad.png'));
  const again = await run(`report mixed ${SMALL} --out mixed-out`);
  expect([again.code, again.errors.match(/\d of \d/)?.[0]]).toEqual([0, '1 of 1']);
  expect([report().missing, report().rows.length]).toEqual([[], 2]);
});

test('SIGTERM ends with 143, as shells count', PATIENCE, async () => {
  const { code } = await run(`report A B ${SMALL} --out term`, {
    onErrors: (errors, child) => void (errors.includes('1 of 2') && !child.killed && child.kill('SIGTERM')),
  });
  expect(code).toBe(143);
});

test('whoever closes the pipe loses what the command says, and nothing else', PATIENCE, async () => {
  const help = await run('--help', { onStart: ({ stdout }) => stdout!.destroy() });
  expect([help.code, help.errors]).toEqual([0, '']);
  const { code } = await run(`report A ${SMALL} --out piped`, { onStart: ({ stderr }) => stderr!.destroy() });
  expect([code, rowsIn(at('piped')).length]).toEqual([0, 1]);
});

test(
  'a folder that cannot be looked into is listed, and does not end the run: exit code 3',
  PATIENCE,
  async () => {
    mkdirSync(at('deep', 'closed'), { recursive: true });
    copyFileSync(at('A', '1.png'), at('deep', '1.png'));
    const { code, errors } = await run(`report deep ${SMALL} --out deep-out`, {
      before: patched(`const readdir = fs.readdir;
fs.readdir = async (path, ...more) => {
  if (String(path).endsWith('closed')) throw failing('EACCES', 'scandir', path);
  return readdir(path, ...more);
};`),
    });
    expect(code).toBe(3);
    expect(errors).toContain('closed" cannot be read: permission is denied.');
    expectPlain(errors);
    expect(readFileSync(at('deep-out', 'report.html'), 'utf8')).toContain(
      '&quot;closed/&quot; was not read.',
    );
  },
);

test(
  'merge adds to what the folder of results holds, puts it aside on request, and says so',
  PATIENCE,
  async () => {
    mkdirSync(at('shard'));
    pretendRows(at('shard'), rowsIn(at('two')), (name) => `other ${name}`);
    cpSync(at('two'), at('sum'), { recursive: true });
    const added = await run('merge shard --out sum');
    expect([added.code, added.output.split('\n')[0]]).toEqual([
      0,
      '4 measurements, 2 of them from before, in the folder of results',
    ]);
    const again = await run('merge shard two --out sum');
    expect([again.code, rowsIn(at('sum')).length]).toEqual([0, 4]);
    const replaced = await run('merge shard --replace --out sum');
    expect([replaced.code, rowsIn(at('sum')).length]).toEqual([0, 2]);
    const [, aside] = /is kept in sum\/(rows\.before-.*\.jsonl)/.exec(replaced.output)!;
    expect(readFileSync(at('sum', aside), 'utf8').trimEnd().split('\n')).toHaveLength(4);
  },
);

test.each([1, 2])(
  'a merge that is killed before it puts file %i in place loses nothing',
  PATIENCE,
  async (count) => {
    const out = `cut${count}`;
    cpSync(at('two'), at(out), { recursive: true });
    const killed = await run(`merge shard --out ${out}`, {
      before: patched(`const rename = fs.rename;
let renames = 0;
fs.rename = async (...paths) => {
  renames += 1;
  if (renames === ${count}) process.kill(process.pid, 'SIGKILL');
  return rename(...paths);
};`),
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(rowsIn(at(out))).toEqual(rowsIn(at('two')));
    const next = await run(`merge shard --out ${out}`);
    expect([next.code, rowsIn(at(out)).length]).toEqual([0, 4]);
  },
);

test(
  'a full disk is a sentence; the rows that fit stay, and the same command goes on from them',
  PATIENCE,
  async ({ skip }) => {
    mkdirSync(at('disk'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24k', 'tmpfs', at('disk')]);
    if (mounted.status !== 0) skip('No small disk can be mounted here: it takes the rights of root.');
    try {
      const full = await run(`report A ${SMALL} --out disk/out`);
      expect([full.code, full.errors.trimEnd().split('\n').at(-2)]).toEqual([
        1,
        '"disk/out/report.html" cannot be written: the disk is full.',
      ]);
      expectPlain(full.errors);
      expect(rowsIn(at('disk', 'out'))).toHaveLength(1);
      spawnSync('mount', ['-o', 'remount,size=1m', at('disk')]);
      const next = await run(`report A ${SMALL} --out disk/out`);
      expect([next.code, next.output.split('\n')[0]]).toEqual([
        0,
        'Everything was there already; nothing was computed.',
      ]);
    } finally {
      spawnSync('umount', [at('disk')]);
    }
  },
);

test(
  'an error that nobody foresaw is a sentence, and with --debug also where it happened',
  PATIENCE,
  async () => {
    const before = patched("fs.rename = async () => { throw new TypeError('surprise'); };");
    const [plain, debug] = await Promise.all([
      run('merge two --out odd', { before }),
      run('merge two --out odd2 --debug', { before }),
    ]);
    expect([plain.code, debug.code]).toEqual([1, 1]);
    expectPlain(plain.errors);
    expect(debug.errors).toMatch(/^ {4}at /m);
  },
);

test(
  'a model’s path may hold a comma, and what its file does not say is told before it is used',
  PATIENCE,
  async () => {
    copyFileSync(
      join(process.cwd(), 'models', 'mini-clean.safetensors'),
      at('with,comma', 'own.safetensors'),
    );
    const { code, errors } = await run(
      'report A --model own=with,comma/own.safetensors,mini-clean --size 64 --spot 9,9 --out own',
    );
    // At 64 pixels there is no such cell.
    expect([code, errors]).toEqual([2, expect.stringContaining('has 8 x 8 cells')]);
    const told = await run(
      'report A --model own=with,comma/own.safetensors --size 64,80 --spot 9,9 --out own',
    );
    expect(told.code).toBe(0);
    expect(told.errors).toMatch(/^own: The file does not say/);
    expect(told.errors).toContain(
      '--spot 9,9 is outside: own at 64 pixels has 8 x 8 cells. Cells count from 0. There it is left out.',
    );
    expect(rowsIn(at('own')).map(({ size, measures }) => [size, measures?.named === null])).toEqual([
      [64, true],
      [80, false],
    ]);
  },
);

test('a checkout that cannot be written into is built elsewhere', PATIENCE, async () => {
  const before = `import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { existsSync, mkdirSync } = fs;
const isBuilds = (path) => /[\\\\/]\\.vite[\\\\/]cli/.test(String(path));
fs.existsSync = (path) => !isBuilds(path) && existsSync(path);
fs.mkdirSync = (path, options) => {
  if (isBuilds(path)) throw Object.assign(new Error('EROFS'), { code: 'EROFS' });
  return mkdirSync(path, options);
};
syncBuiltinESMExports();`;
  const { code, output } = await run('--version', { before, env: { XDG_CACHE_HOME: at('cache') } });
  expect([code, output]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  expect(existsSync(at('cache', 'latent-inspector', 'cli'))).toBe(true);
  const nowhere = await run('--version', {
    before,
    env: { XDG_CACHE_HOME: at('A', '1.png'), TMPDIR: at('A', '1.png') },
  });
  expect([nowhere.code, nowhere.errors]).toEqual([1, expect.stringContaining('nothing can be written into')]);
  expectPlain(nowhere.errors);
});

/** `latent-inspector report`: measures what is not there yet, and writes the report. */
import { readFile } from 'node:fs/promises';
import { InspectorError } from '@/common/errors';
import { NUMERICS, numericsChanges, numericsName, numericsOf } from '@/common/numerics';
import { encodePicture } from '@/experiments/network';
import { measure } from '@/experiments/report/report';
import { inGrid } from '@/latent/geometry';
import { posteriorMean } from '@/latent/layers';
import type { Cell } from '@/latent/types';
import { encodedRow } from '@/report/encoder';
import { checkAgreement } from '@/report/merge';
import { type Missing, missing } from '@/report/missing';
import { remarks } from '@/report/remarks';
import { failedRow, type ReportRow, type RowSettings, rowKey } from '@/report/row';
import type { ReportRun } from '@/report/run';
import { planUnits, REPORT_RADIUS, rowWork, type Unit } from '@/report/units';
import { version } from '../../package.json';
import type { ReportArguments } from './arguments';
import { decodePicture } from './decode';
import { type Device, startDevice } from './device';
import { findPictures, type PictureFile } from './files';
import { addRow, addRun, makeFolder, openFolder, readResults, writeReport } from './folder';
import { badLineWords } from './lines';
import { type FolderLock, lockFolder } from './lock';
import { type CliModel, openModels } from './models';
import { fitPicture } from './picture';
import { Progress } from './progress';
import { Stop } from './stop';
import { UsageError } from './usage';

type CliUnit = Unit<PictureFile, CliModel>;

/** The end of a command. */
export interface Outcome {
  computed: number;
  /** Measurements that were asked for and could not be made. */
  failed: Missing[];
  /** Folders that could not be looked into: what they hold is not known. */
  closed: number;
  /** Full sentences on what is to be known before the numbers are believed. */
  remarks: string[];
  /** Paths of what was written. */
  written: string[];
  /** The exit code of a signal that stopped it; null where none did. */
  stopped: number | null;
}

/**
 * @param command as it was called, for the report
 * @param root the project's folder
 * @throws UsageError, InspectorError
 */
export async function report(options: ReportArguments, command: string, root: string): Promise<Outcome> {
  const { pictures, copies, unread } = await findPictures(options.pictures);
  for (const { name, why } of unread) console.error(`Left out: ${name}. ${why}`);
  const models = await openModels(options.models, root);
  try {
    // Before anything is computed with it.
    for (const line of noteLines(models, options.models)) console.error(line);
    checkSizes(options.sizes, models);
    tellSpot(options.spot, options.sizes, models);
    const all = planUnits(settingsOf(options), pictures, models, options.sizes, options.spot);
    const units = ownUnits(all, options.shard);
    await makeFolder(options.out);
    const lock = await lockFolder(options.out);
    try {
      const asked = { asked: { pictures, sizes: options.sizes }, copies, unread };
      const run = (device: Device) => runOf(options, command, device, units.length, models, asked);
      const { computed, stopped } = await measureLeft(units, options, lock, run);
      const { rows, runs, bad } = await readResults(options.out);
      const notes = badLineWords([...bad.rows, ...bad.runs]);
      const document = { date: new Date().toISOString(), command, runs, rows, notes };
      const written = await writeReport(options.out, document);
      const own = new Set(units.map(({ head }) => rowKey(head)));
      const failed = missing({ runs: [], rows: rows.filter((row) => own.has(rowKey(row))) });
      const closed = unread.filter(({ isClosed }) => isClosed).length;
      return { computed, failed, closed, remarks: remarks(document), written, stopped };
    } finally {
      await lock.release();
    }
  } finally {
    for (const model of models) await model.close();
  }
}

/** Measures what is not there yet, or failed. */
async function measureLeft(
  units: readonly CliUnit[],
  { out, backend }: ReportArguments,
  lock: FolderLock,
  run: (device: Device) => ReportRun,
): Promise<Pick<Outcome, 'computed' | 'stopped'>> {
  await openFolder(out);
  const measured = (await readResults(out)).rows.filter(({ failure }) => failure === null);
  checkGoesOn(out, measured);
  checkAgreement([...measured, ...units.map(({ head }) => head)]);
  const known = new Set(measured.map(rowKey));
  const left = units.filter(({ head }) => !known.has(rowKey(head)));
  if (left.length === 0) return { computed: 0, stopped: null };
  const device = await startDevice(backend);
  await addRun(out, run(device));
  const stopped = await compute(left, device, async (row) => {
    lock.check();
    await addRow(out, row);
  });
  return { computed: left.length, stopped };
}

/**
 * Checks that the folder's numbers are those of this program.
 * @throws InspectorError `bad-file` where they are of another numerics version: they would not be comparable
 */
function checkGoesOn(out: string, measured: readonly ReportRow[]): void {
  const others = measured.filter((row) => numericsOf(row) !== NUMERICS);
  const [first] = others;
  if (!first) return;
  const theirs = numericsOf(first);
  const versions = [...new Set(others.map(({ version }) => version))].sort().join(', ');
  throw new InspectorError(
    'bad-file',
    `${JSON.stringify(out)} holds ${others.length} measurements of ${numericsName(theirs)}; this command computes ${numericsName(NUMERICS)}. ${numericsChanges(Math.min(theirs, NUMERICS), Math.max(theirs, NUMERICS))}`.trimEnd(),
    `Give another --out to measure all of them again; what is there stays as it is. Or go on with latent-inspector ${versions}, which measured them.`,
  );
}

/** Notes on what files of one's own did not say, and was assumed: once for all models of which it is true. */
export function noteLines(models: readonly Pick<CliModel, 'about'>[], given: readonly string[]): string[] {
  const whose = new Map<string, string[]>();
  for (const { about } of models) {
    // Those of this project are known by their ids, and have no surprises.
    if (given.includes(about.id)) continue;
    for (const note of about.notes) whose.set(note, [...(whose.get(note) ?? []), about.id]);
  }
  return [...whose].map(([note, ids]) => `${ids.join(', ')}: ${note}`);
}

function checkSizes(sizes: readonly number[], models: readonly CliModel[]): void {
  for (const { about, file } of models) {
    const { factor } = file.network;
    const wrong = sizes.find((size) => size % factor !== 0);
    if (wrong !== undefined) {
      throw new UsageError(
        `--size ${wrong} does not divide into the cells of ${about.id}, ${factor} pixels each.`,
      );
    }
  }
}

/** @throws UsageError where no latent has the cell */
function tellSpot(spot: Cell | null, sizes: readonly number[], models: readonly CliModel[]): void {
  if (!spot) return;
  const latents = models.flatMap(({ about, file: { network } }) =>
    sizes.map((size) => ({ id: about.id, size, cells: size / network.factor })),
  );
  const without = latents.filter(({ cells }) => !inGrid(spot, { rows: cells, cols: cells }));
  if (without.length === 0) return;
  const words = without.map(({ id, size, cells }) => `${id} at ${size} pixels has ${cells} x ${cells} cells`);
  const message = `--spot ${spot.row},${spot.col} is outside: ${words.join('; ')}. Cells count from 0.`;
  if (without.length === latents.length) throw new UsageError(message);
  console.error(`${message} There it is left out.`);
}

/** The plan is the same on every computer, so shards need to know nothing of each other. */
function ownUnits(units: readonly CliUnit[], { index, count }: ReportArguments['shard']): CliUnit[] {
  return units.filter((_, at) => at % count === index - 1);
}

/** @returns the exit code of the signal that stopped it; null where it came to the end */
async function compute(
  units: readonly CliUnit[],
  device: Device,
  keep: (row: ReportRow) => Promise<void>,
): Promise<number | null> {
  const stop = new Stop();
  const progress = new Progress(
    units.length,
    units.reduce((sum, unit) => sum + workOf(unit), 0),
  );
  stop.listen();
  let loaded: CliModel | null = null;
  try {
    for (const unit of units) {
      const { head, model } = unit;
      if (loaded !== model) {
        // One model at a time is on the device.
        loaded?.file.dispose();
        loaded = model;
      }
      const label = `${head.model.id}, ${head.size} pixels, ${head.picture.name}`;
      const row = await computeRow(unit, async (fraction) => {
        await device.pause();
        stop.check();
        progress.within(label, fraction, workOf(unit));
      });
      await keep({ ...row, kernels: device.kernels });
      progress.finished(row.failure === null ? label : `${label}: ${row.failure}`, workOf(unit));
    }
    return null;
  } catch (error) {
    if (error instanceof InspectorError && error.code === 'aborted') return stop.code;
    throw memoryError(error) ?? error;
  } finally {
    progress.end();
    stop.ignore();
  }
}

/** WebAssembly does not say that its memory is full: it stops. */
function memoryError(error: unknown): InspectorError | null {
  const isFull =
    error instanceof RangeError ||
    error instanceof WebAssembly.RuntimeError ||
    (error instanceof InspectorError && error.code === 'out-of-memory');
  if (!isFull) return null;
  return new InspectorError(
    'out-of-memory',
    'There is not enough memory for pictures of this size.',
    'Leave the largest --size out. What was measured is kept.',
    { cause: error },
  );
}

function workOf({ head, model }: CliUnit): number {
  return rowWork(head.size, model.about.parameters);
}

/** A picture that cannot be measured, and a model whose weights are of no use, are rows that say so. */
async function computeRow(
  { head, picture: file, model }: CliUnit,
  checkpoint: (fraction: number) => Promise<void>,
): Promise<ReportRow> {
  try {
    const decoded = await decodePicture(await readBytes(file.path));
    const { picture: fitted, sourceSide, notices } = fitPicture(decoded, head.size);
    // The first row of a model reads it.
    await model.file.load('encoder');
    const vae = model.file.network;
    const posterior = await encodePicture(vae, fitted, { checkpoint: () => checkpoint(0) });
    try {
      await model.file.load('decoder');
      const measures = await measure(
        {
          vae,
          picture: fitted,
          posterior,
          mean: posteriorMean(posterior),
          edits: [],
          radius: head.radius,
          checkpoint,
        },
        { named: head.named, withMechanism: head.mechanism },
      );
      return { ...head, sourceSide, notices, measures, failure: null };
    } catch (error) {
      const row = encodedRow(head, posterior, { sourceSide, notices }, error);
      if (!row) throw error;
      return row;
    }
  } catch (error) {
    const row = failedRow(head, error);
    if (!row) throw error;
    return row;
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new InspectorError('bad-image', 'This file cannot be read.', 'Check its permissions.', { cause });
  }
}

function settingsOf({ backend, mechanism }: ReportArguments): RowSettings {
  return { version, numerics: NUMERICS, backend, radius: REPORT_RADIUS, mechanism };
}

function runOf(
  options: ReportArguments,
  command: string,
  device: Device,
  units: number,
  models: readonly CliModel[],
  found: Pick<ReportRun, 'asked' | 'copies' | 'unread'>,
): ReportRun {
  return {
    ...settingsOf(options),
    date: new Date().toISOString(),
    command,
    device: device.label,
    environment: `Node ${process.versions.node}`,
    shard: options.shard,
    units,
    models: models.map(({ about }) => about),
    ...found,
  };
}

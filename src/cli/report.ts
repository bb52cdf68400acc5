/** `latent-inspector report`: measures what is not there yet, and writes the report. */
import { readFile } from 'node:fs/promises';
import { version } from '../../package.json';
import { InspectorError } from '../errors';
import { encodePicture } from '../experiments/network';
import { measure } from '../experiments/report';
import { posteriorMean } from '../inspect/layers';
import type { ReportRun } from '../report/document';
import { checkAgreement } from '../report/merge';
import { failedRow, type ReportRow, type RowSettings, rowKey } from '../report/row';
import { planUnits, REPORT_RADIUS, rowWork, type Unit } from '../report/units';
import { PARTS } from '../vae/shapes';
import type { ReportArguments } from './arguments';
import { decodePicture } from './decode';
import { type Device, startDevice } from './device';
import { findPictures, type PictureFile } from './files';
import { addRows, addRuns, makeFolder, readRows, readRuns, writeReport } from './folder';
import { type CliModel, openModels } from './models';
import { fitPicture } from './picture';
import { Progress } from './progress';
import { Stop } from './stop';
import { UsageError } from './usage';

type CliUnit = Unit<PictureFile, CliModel>;

/** How a command ended. */
export interface Outcome {
  computed: number;
  /** Paths of what was written. */
  written: string[];
  stopped: boolean;
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
    checkSizes(options.sizes, models);
    const all = planUnits(settingsOf(options), pictures, models, options.sizes, options.spot);
    const units = ownUnits(all, options.shard);
    await makeFolder(options.out);
    const present = (await readRows(options.out)).filter(({ picture }) => picture.sha256 !== null);
    checkAgreement([...present, ...units.map(({ head }) => head)]);
    const known = new Set(present.map(rowKey));
    const left = units.filter(({ head }) => !known.has(rowKey(head)));
    let stopped = false;
    if (left.length > 0) {
      const device = await startDevice(options.backend);
      await addRuns(options.out, [runOf(options, command, device, units.length, models, { copies, unread })]);
      stopped = await compute(left, device, options.out);
    }
    const written = await writeReport(options.out, {
      date: new Date().toISOString(),
      command,
      runs: await readRuns(options.out),
      rows: await readRows(options.out),
    });
    return { computed: left.length, written, stopped };
  } finally {
    for (const model of models) await model.close();
  }
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

/** The plan is the same on every computer, so shards need to know nothing of each other. */
function ownUnits(units: readonly CliUnit[], { index, count }: ReportArguments['shard']): CliUnit[] {
  return units.filter((_, at) => at % count === index - 1);
}

/** @returns whether it was stopped before the end */
async function compute(units: readonly CliUnit[], device: Device, out: string): Promise<boolean> {
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
        for (const part of PARTS) await model.file.load(part);
        loaded = model;
      }
      const label = `${head.model.id}, ${head.size} pixels, ${head.picture.name}`;
      const row = await computeRow(unit, async (fraction) => {
        await device.pause();
        stop.check();
        progress.within(label, fraction, workOf(unit));
      });
      await addRows(out, [row]);
      progress.finished(label, workOf(unit));
    }
    return false;
  } catch (error) {
    if (error instanceof InspectorError && error.code === 'aborted') return true;
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

/** A picture that cannot be measured is a row that says so. */
async function computeRow(
  { head, picture: file, model }: CliUnit,
  checkpoint: (fraction: number) => Promise<void>,
): Promise<ReportRow> {
  try {
    const { picture, facts } = await decodePicture(await readBytes(file.path));
    const { picture: fitted, sourceSide, notices } = fitPicture(picture, facts, head.size);
    const vae = model.file.network;
    const posterior = await encodePicture(vae, fitted, { checkpoint: () => checkpoint(0) });
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
  return { version, backend, radius: REPORT_RADIUS, mechanism };
}

function runOf(
  options: ReportArguments,
  command: string,
  device: Device,
  units: number,
  models: readonly CliModel[],
  found: Pick<ReportRun, 'copies' | 'unread'>,
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

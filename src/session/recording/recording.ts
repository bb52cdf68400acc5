/** Records a figure: what is open, and what the same kind of edit does to a few cells at several strengths. */

import { InspectorError } from '@/common/errors';
import { NUMERICS } from '@/common/numerics';
import { applyEdits, cellShifts, type Edit } from '@/edits';
import type { Engine, ModelInfo } from '@/engine/protocol';
import { type Digest, writeRecording } from '@/formats/recording/file';
import { deviationOf, differences, fitImages, type Tolerance } from '@/formats/recording/layers';
import { type ProfilePair, writeProfiles } from '@/formats/recording/numbers';
import type { RecordedPixels } from '@/formats/recording/pictures';
import {
  byColour,
  type ChangePlanes,
  composePicture,
  levelsToPlanes,
  type Planes,
  pictureByColour,
  sumOfImages,
} from '@/formats/recording/planes';
import {
  type ChangeImage,
  type Deviation,
  type Measures,
  PARTS,
  RECORDING_FORMAT,
  type RecordedCell,
  type RecordedFrame,
  type RecordedSecond,
  type Recording,
  SECOND,
  versionOf,
  weightsAt,
} from '@/formats/recording/recording';
import { posteriorMean } from '@/latent/layers';
import type { Cell, Change, Latent, PosteriorData } from '@/latent/types';
import { change, toLevels } from '@/measures/change';
import { controlCell } from '@/measures/control';
import type { ModelManifest } from '@/models/manifest';
import { version } from '../../../package.json';
import { carriedCells } from './carried';
import { DEFINITIONS, SECOND_DEFINITION } from './definitions';
import { type PictureCodec, RecordingParts } from './parts';
import { recordingDecodes } from './request';
import type { RecordedFigure, RecordingRequest, RecordingRun } from './types';

/** The model and the picture that it is recorded from. */
export interface RecordingSubject {
  info: ModelInfo;
  manifest: ModelManifest;
  picture: Omit<Recording['picture'], 'sha256'>;
  pixels: RecordedPixels;
  posterior: PosteriorData;
  radius: number;
  backend: string;
}

/** Tools that a recorder needs of its surroundings; a browser has them. */
export interface RecordingTools extends PictureCodec {
  digest: Digest;
  /** Gives way to clicks and frames; throws when the recording is no longer wanted. */
  pause(): Promise<void>;
  now(): Date;
  /** For a file that has to be small: quality of the still pictures, 0 to 1, and the most images that a cell's changes are made of. */
  saving?: { stillQuality: number; mostImages: number };
}

const MAX_IMAGES = 4;

/** A level where the strongest frame moves the picture by 40; what moves nothing has to stay so. */
const TOLERANCE: Tolerance = {
  rms: { levels: 0.05, share: 0.025 },
  largest: { levels: 1, share: 0.15 },
};

/**
 * Records a figure of one model, or of two on one picture.
 * @param second the model beside it: the changes of the first are carried to its latent in each one's own sigma
 * @throws InspectorError; `aborted` where the signal is
 */
export async function recordFigure(
  engine: Engine,
  subject: RecordingSubject,
  wish: RecordingRequest,
  tools: RecordingTools,
  run: RecordingRun = {},
  second: RecordingSubject | null = null,
): Promise<RecordedFigure> {
  // Known before anything is computed.
  const besideWish = second && wishOf(second, wish, posteriorMean(subject.posterior));
  const decodes = recordingDecodes(wish, second ? 2 : 1);
  let decoded = 0;
  const counting: Counting = {
    signal: run.signal,
    report: (fraction, doing) => run.onProgress?.(Math.min(1, (decoded + fraction) / decodes), doing),
    next: () => {
      decoded += 1;
    },
  };
  const parts = new RecordingParts(subject.pixels.width, tools, tools.saving?.stillQuality);
  const picture = await parts.keepPicture(PARTS.picture, subject.pixels);
  const first = await new Recorder(engine, subject, wish, tools, counting, parts).record();
  const rawLogvar = parts.keepHalves(PARTS.rawLogvar, subject.posterior.rawLogvar);
  // A second model's log-variance is not worth its bytes: what a reader compares are pictures.
  const beside: RecordedSecond | null =
    second && besideWish
      ? withoutLogvar(await new Recorder(engine, second, besideWish, tools, counting, parts, SECOND).record())
      : null;
  run.signal?.throwIfAborted();
  const { errors, ...own } = first;
  return writeRecording(
    {
      format: RECORDING_FORMAT,
      version: versionOf([...first.cells, ...(beside?.cells ?? [])], beside !== null),
      title: wish.title,
      caption: wish.caption,
      date: tools.now().toISOString(),
      tool: `latent-inspector ${version}`,
      numerics: NUMERICS,
      backend: subject.backend,
      ...own,
      picture: { ...subject.picture, sha256: wish.pictureSha256 ?? null },
      size: subject.pixels.width,
      radius: subject.radius,
      definitions: [...DEFINITIONS, ...(beside ? [SECOND_DEFINITION] : [])],
      strengths: [...wish.strengths],
      shown: wish.shown,
      errors: { picture, ...errors, rawLogvar },
      ...(beside && { second: beside }),
    },
    parts.inOrder(wish.shown.cell),
    tools.digest,
  );
}

/** The wish as the second model can have it. @throws InspectorError `bad-edit` where it cannot follow */
function wishOf(second: RecordingSubject, wish: RecordingRequest, mean: Latent): RecordingRequest {
  const { cells, problem } = carriedCells(wish.cells, mean, posteriorMean(second.posterior));
  if (problem !== null) {
    throw new InspectorError(
      'bad-edit',
      `The change cannot be carried to ${second.info.name}: ${problem}.`,
      'Record one of the two models alone.',
    );
  }
  return { ...wish, cells };
}

function withoutLogvar({ errors, ...own }: RecordedModelPart): RecordedSecond {
  return { ...own, errors: { ...errors, rawLogvar: null } };
}

/** What the header says of one model, without what is said of the log-variance. */
type RecordedModelPart = Omit<RecordedSecond, 'errors'> & {
  errors: Omit<RecordedSecond['errors'], 'rawLogvar'>;
};

/** The decodes of all models, counted together. */
interface Counting {
  signal: AbortSignal | undefined;
  report(fraction: number, doing: string): void;
  next(): void;
}

/** A decode in levels: as the measures want it, `[size, size, 3]`, and as the files keep it, `[3, size * size]`. */
interface Decoded {
  levels: Float32Array;
  sorted: Float32Array;
}

interface Base extends Decoded {
  /** The decode as it is played. */
  planes: Planes;
}

class Recorder {
  private readonly mean: Latent;
  private readonly size: number;

  constructor(
    private readonly engine: Engine,
    private readonly subject: RecordingSubject,
    private readonly wish: RecordingRequest,
    private readonly tools: RecordingTools,
    private readonly counting: Counting,
    private readonly parts: RecordingParts,
    /** Begins the names of its parts. */
    private readonly prefix = '',
  ) {
    this.mean = posteriorMean(subject.posterior);
    this.size = subject.pixels.width;
  }

  /** Keeps the parts of one model and returns what the header says of it. */
  async record(): Promise<RecordedModelPart> {
    const { subject, wish, parts, prefix } = this;
    const { rows, cols, channels, mean } = subject.posterior;
    const base = await this.base();
    const meanError = parts.keepHalves(prefix + PARTS.mean, mean);
    const cells: RecordedCell[] = [];
    const profiles: ProfilePair[][] = [];
    for (const [index, wished] of wish.cells.entries()) {
      const recorded = await this.cell(index, wished, base);
      cells.push(recorded.cell);
      profiles.push(recorded.profiles);
    }
    parts.keep(prefix + PARTS.profiles, writeProfiles(profiles, { rows, cols }));
    const errors = { base: this.deviation(base, base), mean: meanError };
    return { model: modelOf(subject), factor: subject.info.factor, rows, cols, channels, cells, errors };
  }

  private async base(): Promise<Base> {
    const decoded = await this.decode([], 'the unchanged picture');
    return {
      ...decoded,
      planes: await this.parts.keepPlanes(this.prefix + PARTS.base, levelsToPlanes(decoded.sorted)),
    };
  }

  private async cell(
    index: number,
    { label, edit }: RecordingRequest['cells'][number],
    base: Base,
  ): Promise<{ cell: RecordedCell; profiles: ProfilePair[] }> {
    const { wish, mean, subject } = this;
    const { cell } = edit;
    const shift = cellShifts(mean, [edit]).find(
      (each) => each.cell.row === cell.row && each.cell.col === cell.col,
    );
    if (!shift) throw new InspectorError('bad-edit', `The edit of "${label}" changes nothing.`);
    const { delta } = shift;
    const control = controlCell(mean, [cell], subject.radius);

    const sweep: Measured[] = [];
    for (const strength of wish.strengths) {
      const doing = `${label}, strength ${strength}`;
      const values = delta.map((value) => value * strength);
      const own = await this.measure(cell, values, base, doing);
      const other = control && (await this.measure(control, values, base, `the control of ${doing}`));
      sweep.push({ ...own, control: other?.change ?? null });
    }
    const { images, changeErrorAt } = await this.fit(index, sweep);
    const frames = sweep.map((measured, at): RecordedFrame => {
      return {
        change: withoutProfile(measured.change),
        control: measured.control && withoutProfile(measured.control),
        error: this.deviation(base, measured, images, weightsAt({ images }, at)),
        changeError: changeErrorAt(at),
      };
    });
    return {
      cell: {
        cell,
        label,
        edit,
        delta,
        control,
        images: images.map(({ part, scale, weights }) => ({ part, scale, weights })),
        frames,
      },
      profiles: sweep.map((measured) => ({
        change: measured.change.profile,
        control: measured.control?.profile ?? [],
      })),
    };
  }

  /** The frames of one cell as a few images; strength 0, which has nothing to keep, takes no part. */
  private async fit(
    index: number,
    sweep: readonly Measured[],
  ): Promise<{ images: (ChangeImage & ChangePlanes)[]; changeErrorAt: (strength: number) => Deviation }> {
    const { strengths } = this.wish;
    const changed = [...sweep.entries()].filter(([at]) => strengths[at] !== 0);
    const { images, deviations } = await fitImages(
      // They are used up in there.
      changed.map(([, { difference }]) => difference),
      {
        most: this.tools.saving?.mostImages ?? MAX_IMAGES,
        tolerance: TOLERANCE,
        pause: this.tools.pause,
        code: (image) => this.parts.keepChange(`${this.prefix}image-${index}`, image),
      },
    );
    const at = <T>(strength: number, values: readonly T[], zero: T) =>
      values[changed.findIndex(([index]) => index === strength)] ?? zero;
    return {
      images: images.map(({ coded: { part, scale, planes }, weights }) => ({
        part,
        scale,
        planes,
        weights: strengths.map((_, strength) => at(strength, weights, 0)),
      })),
      changeErrorAt: (strength) => at(strength, deviations, { rms: 0, largest: 0 }),
    };
  }

  /** Deviation of the picture that is played from what was decoded. */
  private deviation(
    base: Base,
    { sorted }: Pick<Decoded, 'sorted'>,
    images: readonly ChangePlanes[] = [],
    weights: readonly number[] = [],
  ): Deviation {
    const data = composePicture(base.planes, sumOfImages(images, weights, sorted.length));
    return deviationOf(differences(pictureByColour(data), sorted));
  }

  /** The change that adding `values` to one cell makes. */
  private async measure(
    cell: Cell,
    values: number[],
    base: Base,
    doing: string,
  ): Promise<Omit<Measured, 'control'>> {
    const { subject, size } = this;
    const nothing = values.every((value) => value === 0);
    const decoded = nothing ? base : await this.decode([{ kind: 'add', cell, values }], doing);
    await this.tools.pause();
    const asLevels = (data: Float32Array) => ({ width: size, height: size, data });
    return {
      sorted: decoded.sorted,
      change: change(
        asLevels(base.levels),
        asLevels(decoded.levels),
        [cell],
        subject.info.factor,
        subject.radius,
      ),
      difference: differences(decoded.sorted, base.sorted),
    };
  }

  private async decode(edits: readonly Edit[], doing: string): Promise<Decoded> {
    const { counting, subject } = this;
    const words = this.prefix === '' ? doing : `${doing}, in ${subject.info.name}`;
    const report = (fraction: number) => counting.report(fraction, words);
    report(0);
    const { data } = await this.engine.decode(
      { model: subject.info.id, latent: applyEdits(this.mean, edits) },
      { signal: counting.signal, onProgress: report },
    );
    counting.next();
    const levels = toLevels(data);
    return { levels, sorted: byColour(levels) };
  }
}

interface Measured {
  /** Levels, `[3, size * size]`. */
  sorted: Float32Array;
  difference: Float32Array;
  change: Change;
  control: Change | null;
}

function withoutProfile({ profile: _, ...measures }: Change): Measures {
  return measures;
}

function modelOf({ info, manifest }: RecordingSubject): Recording['model'] {
  const [file] = manifest.files;
  return {
    id: info.id,
    name: info.name,
    kind: manifest.kind,
    sha256: info.provenance.sha256 ?? file.sha256,
    bytes: file.bytes,
    repository: manifest.hub?.repository ?? null,
    revision: info.provenance.revision,
  };
}

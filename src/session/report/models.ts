/** Models of a report: what is known of each before it is loaded, and its loading; nothing is downloaded for a report. */

import { InspectorError } from '@/common/errors';
import type { ModelInfo, ModelSource } from '@/engine/protocol';
import type { ReportModel } from '@/report/run';
import type { PlannedModel } from '@/report/units';
import { type AutoencoderConfig, factor, isFlux2, parseConfig } from '@/vae/config';
import type { Context } from '../context';
import { hashBlob, hashText } from '../models/hash';
import type { ModelLoader } from '../models/modelLoader';
import { isStored } from '../models/storedModels';

export interface IdentifiedModel extends PlannedModel {
  name: string;
  /** Pixels a cell side. */
  factor: number;
  /** About how many numbers the network has. */
  numbers: number;
}

export class ReportModels {
  constructor(
    private readonly context: Context,
    private readonly loader: ModelLoader,
  ) {}

  /** Tells whether a model can be measured without a download, as far as is known by now. */
  isAtHand(id: string): boolean {
    const source = this.context.models.find(id);
    if (!source) return false;
    if (source.manifest.kind !== 'hub') return true;
    // Of one that is still coming, the SHA-256 is not known.
    const info = this.loader.info(id);
    if (info) return info.provenance.sha256 !== null;
    return isStored(source, this.context.get().stored?.files ?? []);
  }

  /**
   * Finds what tells a model's rows from those of others. The model is loaded only where its file does not say it beforehand.
   * @throws InspectorError `not-found` for a model that is not at hand; what loading meets
   */
  async identify(id: string, signal: AbortSignal): Promise<IdentifiedModel> {
    const source = this.source(id);
    await this.requireAtHand(source);
    const info = this.loader.info(id);
    const config = info?.config ?? configBefore(source);
    const sha256 = info?.provenance.sha256 ?? (await fileHash(source, signal));
    if (config && sha256 !== null) return identified(source, config, sha256);
    const loaded = await this.load(id, signal);
    const found = loaded.provenance.sha256 ?? sha256;
    if (found === null) throw unfinished(source);
    return identified(source, loaded.config, found);
  }

  /**
   * Loads a model and says all that a report says of it. It stays until it is let go.
   * @throws InspectorError as `identify` does
   */
  async open(id: string, signal: AbortSignal): Promise<{ about: ReportModel; letGo(): void }> {
    const source = this.source(id);
    const letGo = this.loader.hold(id);
    try {
      await this.requireAtHand(source);
      const info = await this.load(id, signal);
      const sha256 = info.provenance.sha256 ?? (await fileHash(source, signal));
      if (sha256 === null) throw unfinished(source);
      return { about: await described(source, info, sha256), letGo };
    } catch (error) {
      letGo();
      throw error;
    }
  }

  private source(id: string): ModelSource {
    const source = this.context.models.find(id);
    if (source) return source;
    throw new InspectorError(
      'not-found',
      `There is no model "${id}".`,
      'Choose one of the models in the list.',
    );
  }

  private load(id: string, signal: AbortSignal): Promise<ModelInfo> {
    return this.loader.load(id, { signal, report: () => {} });
  }

  private async requireAtHand(source: ModelSource): Promise<void> {
    const { id, kind, name } = source.manifest;
    if (kind !== 'hub') return;
    if (!this.loader.info(id)) {
      // Another tab, or the browser, may have deleted it.
      const stored = await this.context.engine.stored({}).catch(() => null);
      if (stored) this.context.set({ stored });
    }
    if (this.isAtHand(id)) return;
    if (this.loader.info(id)) throw unfinished(source);
    throw new InspectorError(
      'not-found',
      `${name} is not on this computer, and a report downloads nothing.`,
      'Choose it under "Model" first, or leave it out.',
    );
  }
}

/** Configuration before the file is open: null of a visitor's without its config.json, or with FLUX.2's, which weights complete. */
function configBefore(source: ModelSource): AutoencoderConfig | null {
  if (!('file' in source)) return parseConfig(source.manifest.config);
  if (source.config === undefined || isFlux2(source.config)) return null;
  return parseConfig(source.config);
}

async function fileHash(source: ModelSource, signal: AbortSignal): Promise<string | null> {
  if ('file' in source) return hashBlob(source.file, signal);
  return source.manifest.files[0]?.sha256 ?? null;
}

async function identified(
  source: ModelSource,
  config: AutoencoderConfig,
  sha256: string,
): Promise<IdentifiedModel> {
  const { id, name, spot = null } = source.manifest;
  const configSha256 = await configHash(config);
  return {
    name,
    factor: factor(config),
    numbers: numbersOf(source),
    about: { id, sha256, configSha256, spot },
  };
}

async function described(source: ModelSource, info: ModelInfo, sha256: string): Promise<ReportModel> {
  const { id, name, note, spot = null } = source.manifest;
  return {
    id,
    name,
    file: fileOf(source),
    sha256,
    configSha256: await configHash(info.config),
    config: info.config,
    parameters: info.parameters,
    spot,
    notes: [...(note ? [note] : []), ...info.assumptions, ...info.provenance.notices],
  };
}

/** Hashes a configuration as the command line does. */
function configHash(config: AutoencoderConfig): Promise<string> {
  return hashText(JSON.stringify(config));
}

function fileOf({ manifest: { hub, files } }: ModelSource): string {
  const path = files[0]?.path ?? '';
  if (hub) return `${hub.repository}/${path}, revision ${hub.revision}`;
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Count of Stable Diffusion's numbers, for where the length of a file is not known. */
const USUAL_NUMBERS = 83_653_863;

/** Only to weigh one model's time against another's. */
function numbersOf(source: ModelSource): number {
  const { files, dtype } = source.manifest;
  const bytes = 'file' in source ? source.file.size : (files[0]?.bytes ?? null);
  return bytes === null ? USUAL_NUMBERS : bytes / (dtype === 'float32' ? 4 : 2);
}

function unfinished({ manifest: { name } }: ModelSource): InspectorError {
  return new InspectorError(
    'busy',
    `Not all of ${name} is on this computer yet.`,
    'Wait until its download has ended, then run the report again.',
  );
}

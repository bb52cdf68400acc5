/** The models that can be opened: those of the catalogue, and a visitor's own files. */
import type { ModelSource } from '@/engine/protocol';
import type { ModelManifest } from '@/models/manifest';
import type { OwnModel } from '../types';
import { freeName } from './modelNames';
import { type ComparingOptions, sameBytes } from './sameFile';

/** The ids of visitors' own models begin with this; the name of the file follows. */
const OWN = 'file:';

/** The name of the file, where an id stands for a visitor's own; null for any other. */
export function ownName(id: string): string | null {
  return id.startsWith(OWN) ? id.slice(OWN.length) : null;
}

type Own = Extract<ModelSource, { file: Blob }> & {
  /** The name that its author gave it; null where it is called as its file is. */
  given: string | null;
};

export class Models {
  private readonly own = new Map<string, Own>();
  /** Own models that are not in the list, because they failed to open. */
  private readonly failed = new Set<string>();

  constructor(
    private readonly catalogue: readonly ModelSource[],
    private readonly show: (manifests: readonly ModelManifest[]) => void,
  ) {}

  get manifests(): readonly ModelManifest[] {
    const own = [...this.own.values()].filter(({ manifest }) => !this.failed.has(manifest.id));
    return [...this.catalogue, ...own].map(({ manifest }) => manifest);
  }

  /** Finds a model by its id, also one that is not in the list. */
  find(id: string): ModelSource | undefined {
    return this.catalogue.find(({ manifest }) => manifest.id === id) ?? this.own.get(id);
  }

  nameOf(id: string): string {
    return this.find(id)?.manifest.name ?? id;
  }

  /** Tells whether the same latent can be decoded by both, because they have one encoder. */
  haveOneEncoder(a: string, b: string): boolean {
    const encoder = this.find(a)?.manifest.encoder;
    return encoder !== undefined && encoder === this.find(b)?.manifest.encoder;
  }

  /**
   * The entry that a visitor's own model has already: the same bytes with the same configuration, whatever the file is called;
   * a name that its author gave must be the same, too. Null where there is none. At once where nothing has to be read for it.
   * @throws the signal's reason
   */
  ownEntry(model: OwnModel, comparing: ComparingOptions = {}): string | null | Promise<string | null> {
    const alike = [...this.own.values()].filter(
      (entry) =>
        entry.file.size === model.weights.size &&
        sameConfig(entry.config, model.config) &&
        entry.given === (model.name ?? null),
    );
    const known = alike.find(({ file }) => file === model.weights);
    if (known || alike.length === 0) return known?.manifest.id ?? null;
    return this.sameAs(alike, model.weights, comparing);
  }

  private async sameAs(
    alike: readonly Own[],
    weights: Blob,
    { signal, onProgress }: ComparingOptions,
  ): Promise<string | null> {
    for (const [index, { file, manifest }] of alike.entries()) {
      const run = {
        signal,
        onProgress: (fraction: number) => onProgress?.((index + fraction) / alike.length),
      };
      if (await sameBytes(file, weights, run)) return manifest.id;
    }
    return null;
  }

  /**
   * Puts a visitor's own model into the list, under a name that no other has, and tells its id.
   * @param known its entry, where it has one
   * @param wanted ids that a link asks for
   */
  add(model: OwnModel, known: string | null = null, wanted: readonly string[] = []): string {
    const entry = known === null ? undefined : this.own.get(known);
    if (entry) {
      // The file of before may have been moved since; this one can be read.
      this.own.set(entry.manifest.id, { ...entry, file: model.weights });
      return this.list(entry.manifest.id);
    }
    const { weights, config } = model;
    const called = calledBy(model);
    const asked = wanted.flatMap((id) => ownName(id) ?? []);
    const name = freeName(called, (each) => this.isTaken(each), asked);
    const id = `${OWN}${name}`;
    const manifest: ModelManifest = {
      id,
      name,
      summary: 'Your own file. It is read on this computer and sent nowhere.',
      kind: 'file',
      files: [{ path: called, bytes: weights.size, sha256: null }],
      config: {},
    };
    this.own.set(id, { manifest, file: weights, config, given: model.name ?? null });
    return this.list(id);
  }

  /** A visitor's own model, as it was given; null of any other. */
  ownModel(id: string): OwnModel | null {
    const own = this.own.get(id);
    return own
      ? { weights: own.file, config: own.config, ...(own.given !== null && { name: own.given }) }
      : null;
  }

  /** The bytes of a visitor's own model; null of any other. */
  fileOf(id: string): Blob | null {
    return this.own.get(id)?.file ?? null;
  }

  /** Takes a visitor's own model out of the list, as it could not be opened; it can still be tried again. */
  fail(id: string): void {
    if (!this.own.has(id)) return;
    this.failed.add(id);
    this.show(this.manifests);
  }

  /** Takes up again what had failed. */
  list(id: string): string {
    this.failed.delete(id);
    if (this.own.has(id)) this.show(this.manifests);
    return id;
  }

  private isTaken(name: string): boolean {
    const id = `${OWN}${name}`;
    if (this.own.has(id) && !this.failed.has(id)) return true;
    return this.manifests.some((manifest) => manifest.name === name);
  }
}

/** The name for a visitor's own model where no other is called so. */
export function calledBy({ name, path, weights }: OwnModel): string {
  return name ?? path ?? (weights instanceof File ? weights.name : 'model');
}

/** Tells whether two configurations say the same; none says something else than an empty one. */
function sameConfig(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
}

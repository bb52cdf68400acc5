/** The models that can be opened: those of the catalogue, and a visitor's own files. */
import type { ModelSource } from '../engine/protocol';
import type { ModelManifest } from '../weights/manifest';
import type { OwnModel } from './types';

/** The ids of visitors' own models begin with this; the name of the file follows. */
const OWN = 'file:';

/** The name of the file, where an id stands for a visitor's own; null for any other. */
export function ownName(id: string): string | null {
  return id.startsWith(OWN) ? id.slice(OWN.length) : null;
}

export class Models {
  private readonly own = new Map<string, ModelSource & { file: Blob }>();
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

  /** By id, also what is not in the list. */
  find(id: string): ModelSource | undefined {
    return this.catalogue.find(({ manifest }) => manifest.id === id) ?? this.own.get(id);
  }

  nameOf(id: string): string {
    return this.find(id)?.manifest.name ?? id;
  }

  /** Whether the same latent can be decoded by both, because they have one encoder. */
  haveOneEncoder(a: string, b: string): boolean {
    const encoder = this.find(a)?.manifest.encoder;
    return encoder !== undefined && encoder === this.find(b)?.manifest.encoder;
  }

  /** Puts a visitor's own model into the list, and tells its id; the same file with the same config keeps its id. */
  add({ weights, config, name = weights instanceof File ? weights.name : 'model' }: OwnModel): string {
    for (const [id, source] of this.own) {
      if (source.file !== weights || source.manifest.name !== name) continue;
      if (('config' in source ? source.config : undefined) === config) return this.list(id);
    }
    const id = this.freeId(name);
    const manifest: ModelManifest = {
      id,
      name,
      summary: 'Your own file. It is read on this computer and sent nowhere.',
      kind: 'file',
      files: [{ path: name, bytes: weights.size, sha256: null }],
      config: {},
    };
    this.own.set(id, { manifest, file: weights, config });
    return this.list(id);
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

  /** `file:NAME`, with a number behind it where another file has that. */
  private freeId(name: string): string {
    const taken = (id: string) => this.own.has(id) && !this.failed.has(id);
    const first = `${OWN}${name}`;
    for (let number = 1; ; number++) {
      const id = number === 1 ? first : `${first} (${number})`;
      if (!taken(id)) return id;
    }
  }
}

/**
 * The models that a link asks for and that cannot be had at once: one that would have to be downloaded, which nobody is made to
 * without being asked, or one from a visitor's file, which a link does not hold. It is kept aside, and another model stands in.
 */
import type { StoredFile } from '@/models/storedFiles';
import { type Context, isGivenUp } from '../context';
import type { Edits } from '../history';
import type { SideB } from '../side/sideB';
import type { Size, View } from '../types';
import { ownName } from './models';
import { storedFilesOf } from './storedModels';

/** The part of a link that is kept aside. */
export interface PendingLink {
  /** The model for side a; null where that is open. */
  model: string | null;
  compare: string | null;
  /** The edits that came with `model`, meant for its latent of a picture of `size` pixels. */
  edits: Edits;
  size: Size;
}

export class DownloadPrompt {
  /** The choices that have not been looked at yet: model a, model b, or both. */
  private open: { a: boolean; b: string | null };
  private accepting = false;

  /**
   * @param aside where a link names a model of a visitor's file
   * @param compare what the link wants as model b
   */
  constructor(
    private readonly context: Context,
    private readonly b: Pick<SideB, 'choose'>,
    private aside: PendingLink | null,
    compare: string | null,
  ) {
    this.open = { a: aside === null, b: compare };
  }

  /** Puts model b beside a at once, where neither has to be looked for. */
  begin(): void {
    const compare = this.open.b;
    if (!compare || this.isOfHub(this.context.get().view.model) || this.isOfHub(compare)) return;
    this.open = { a: false, b: null };
    this.compare(compare, []);
  }

  /** The models of visitors' own files that the link asks for. */
  get ownWanted(): string[] {
    return [this.aside?.model, this.aside?.compare].flatMap((id) => (id && ownName(id) !== null ? [id] : []));
  }

  /** The view as the link asked for it: what belongs into the address as long as it can still be had. */
  asked(view: View): View {
    const { aside } = this;
    const compare = view.compare ?? this.open.b ?? aside?.compare ?? null;
    if (!aside?.model) return { ...view, compare };
    return { ...view, model: aside.model, compare, edits: aside.edits, size: aside.size };
  }

  /**
   * Looks, once, whether the models that a link asks for are at hand. Where one is not it is offered.
   * @returns the model to open now
   */
  async decide(model: string, signal: AbortSignal): Promise<string> {
    const { context } = this;
    const { a, b } = this.open;
    if (!a && !b) return model;
    const missing = await this.missing([...(a ? [model] : []), ...(b ? [b] : [])]);
    signal.throwIfAborted();
    // Model b may have been chosen meanwhile.
    const wanted = this.open.b;
    this.open = { a: false, b: null };
    const standIn = context.models.manifests.find(({ kind }) => kind === 'embedded');
    if (missing.includes(model) && standIn) {
      const { view } = context.get();
      this.aside = { model, compare: wanted, edits: view.edits, size: view.size };
      context.set({ view: { ...view, model: standIn.id, edits: [] }, past: [], future: [] });
      this.offer(missing.filter((id) => id === model || id === wanted));
      return standIn.id;
    }
    if (wanted) this.compare(wanted, missing);
    return model;
  }

  /** A model was chosen for side a: what a link asked for there is not offered any more. */
  chosen(model: string): void {
    this.open.a = false;
    if (!this.aside?.model) return;
    if (this.aside.model !== model) this.aside = null;
    this.context.set({ offer: null });
  }

  /** Something was chosen for side b, or nothing. */
  chosenB(): void {
    this.open.b = null;
    const { aside } = this;
    if (!aside?.compare) return;
    this.aside = aside.model ? { ...aside, compare: null } : null;
    const { offer } = this.context.get();
    if (offer) this.offer(offer.models.filter((id) => id !== aside.compare));
  }

  /** Forgets what a link asks for: nothing of it is offered any more. */
  dismiss(): void {
    this.aside = null;
    this.context.set({ offer: null });
  }

  /** The edits that a link brought for this model. */
  brought(model: string): Pick<PendingLink, 'edits' | 'size'> | null {
    return this.aside?.model === model ? this.aside : null;
  }

  /** A model is open on side a. If it was kept aside, what came with it is in place now, and its neighbour may follow. */
  opened(model: string): void {
    const { aside } = this;
    if (aside?.model !== model) return;
    this.aside = aside.compare ? { ...aside, model: null, edits: [] } : null;
    this.context.set({ offer: null });
    const { compare } = aside;
    if (!compare || this.accepting) return;
    void this.missing([compare]).then((missing) => {
      if (this.aside?.compare === compare) this.compare(compare, missing);
    });
  }

  /** Opens what is offered. `openA` opens a model on side a. */
  async accept(openA: (model: string) => Promise<void>): Promise<void> {
    const { context, aside } = this;
    const { offer } = context.get();
    if (!offer || !aside) return;
    context.set({ offer: null });
    this.accepting = true;
    try {
      if (aside.model) await openA(aside.model);
      if (aside.compare && this.aside?.compare === aside.compare) {
        this.aside = null;
        await this.b.choose(aside.compare);
      }
    } catch (error) {
      // What was cancelled, or failed on side a, can still be had. On side b the failure itself offers another try.
      if (!this.aside && isGivenUp(error)) this.aside = { ...aside, model: null };
      if (this.aside)
        this.offer(offer.models.filter((id) => id === this.aside?.model || id === this.aside?.compare));
      throw error;
    } finally {
      this.accepting = false;
    }
  }

  private compare(id: string, missing: readonly string[]): void {
    const needed = missing.includes(id) || (ownName(id) !== null && !this.context.models.find(id));
    this.aside = needed ? { model: null, compare: id, edits: [], size: this.context.get().view.size } : null;
    if (!needed) void this.b.choose(id);
    else if (missing.includes(id)) this.offer([id]);
  }

  private offer(models: readonly string[]): void {
    const { stored } = this.context.get();
    const [first] = models;
    const bytes = models.map((id) => this.bytesLeft(id, stored?.files ?? []));
    this.context.set({
      offer:
        first === undefined
          ? null
          : {
              models,
              bytes: bytes.includes(null) ? null : bytes.reduce<number>((sum, each) => sum + (each ?? 0), 0),
              from: this.hostOf(first),
            },
    });
  }

  private hostOf(id: string): string {
    const source = this.context.models.find(id);
    return source && 'base' in source ? new URL(source.base).host : '';
  }

  /** Picks the models that would have to be downloaded. */
  private async missing(ids: readonly string[]): Promise<string[]> {
    const { context } = this;
    const ofHub = ids.filter((id) => this.isOfHub(id));
    if (ofHub.length === 0) return [];
    // A browser that cannot tell what it keeps is taken for one that keeps nothing.
    const stored = await context.engine.stored({}).catch(() => null);
    if (stored) context.set({ stored });
    return ofHub.filter((id) => {
      const source = context.models.find(id);
      return !source || !storedFilesOf(source, stored?.files ?? []).some(({ complete }) => complete);
    });
  }

  private bytesLeft(id: string, files: readonly StoredFile[]): number | null {
    const source = this.context.models.find(id);
    const total = source?.manifest.files[0]?.bytes ?? null;
    const here = Math.max(0, ...(source ? storedFilesOf(source, files) : []).map(({ bytes }) => bytes));
    return total === null ? null : Math.max(0, total - here);
  }

  private isOfHub(id: string): boolean {
    return this.context.models.find(id)?.manifest.kind === 'hub';
  }
}

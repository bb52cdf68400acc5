import { isWanted, type Part, type Span } from './parts';

/** One connection and the part that it brings; where the file comes only whole, the first part that lacks bytes. */
export interface Lane {
  part: Part;
  signal: AbortSignal;
  /** Bytes come, or are about to. */
  streaming: boolean;
}

interface Running extends Lane {
  control: AbortController;
  ended: Promise<void>;
}

/** The connections of one download. */
export class Lanes {
  private readonly running = new Set<Running>();

  get size(): number {
    return this.running.size;
  }

  get streaming(): boolean {
    return [...this.running].some((lane) => lane.streaming);
  }

  get parts(): ReadonlySet<Part> {
    return new Set([...this.running].map((lane) => lane.part));
  }

  /** @param run the whole life of a lane; does not reject */
  open(part: Part, run: (lane: Lane) => Promise<void>, onEnd: () => void): void {
    const control = new AbortController();
    const lane: Running = {
      part,
      control,
      signal: control.signal,
      streaming: false,
      ended: Promise.resolve(),
    };
    this.running.add(lane);
    lane.ended = run(lane).then(() => {
      this.running.delete(lane);
      onEnd();
    });
  }

  /** Of the lanes that nobody waits for, stops the youngest, if none is stopping already. */
  makeRoom(spans: readonly Span[]): void {
    const idle = [...this.running].filter((lane) => !isWanted(lane.part, spans));
    if (!idle.some((lane) => lane.signal.aborted)) idle.at(-1)?.control.abort();
  }

  stop(except?: Lane): void {
    for (const lane of this.running) if (lane !== except) lane.control.abort();
  }

  async allEnded(): Promise<void> {
    await Promise.all([...this.running].map((lane) => lane.ended));
  }
}

import { isWanted, type Part, type Span } from './parts';

/** One connection and the part that it brings; where the file comes only whole, the first part that lacks bytes. */
export interface Connection {
  part: Part;
  signal: AbortSignal;
  /** Bytes come, or are about to. */
  streaming: boolean;
}

interface Running extends Connection {
  control: AbortController;
  ended: Promise<void>;
}

/** The connections of one download. */
export class Connections {
  private readonly running = new Set<Running>();

  get size(): number {
    return this.running.size;
  }

  get streaming(): boolean {
    return [...this.running].some((connection) => connection.streaming);
  }

  get parts(): ReadonlySet<Part> {
    return new Set([...this.running].map((connection) => connection.part));
  }

  /** @param run the whole life of a connection; does not reject */
  open(part: Part, run: (connection: Connection) => Promise<void>, onEnd: () => void): void {
    const control = new AbortController();
    const connection: Running = {
      part,
      control,
      signal: control.signal,
      streaming: false,
      ended: Promise.resolve(),
    };
    this.running.add(connection);
    connection.ended = run(connection).then(() => {
      this.running.delete(connection);
      onEnd();
    });
  }

  /** Stops the youngest of the connections that nobody waits for, if none is stopping already. */
  makeRoom(spans: readonly Span[]): void {
    const idle = [...this.running].filter((connection) => !isWanted(connection.part, spans));
    if (!idle.some((connection) => connection.signal.aborted)) idle.at(-1)?.control.abort();
  }

  stop(except?: Connection): void {
    for (const connection of this.running) if (connection !== except) connection.control.abort();
  }

  async allEnded(): Promise<void> {
    await Promise.all([...this.running].map((connection) => connection.ended));
  }
}

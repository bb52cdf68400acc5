import { InspectorError } from '@/common/errors';

/** Exit codes as shells count them: 128 and the signal's number. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof CODES;

/** Ctrl+C, or a queue's SIGTERM, asks for a stop at the next stage; a second one ends the process at once. */
export class Stop {
  private asked: Signal | null = null;

  private readonly hear = (signal: Signal) => {
    if (this.asked) process.exit(CODES[signal]);
    this.asked = signal;
  };

  /** The exit code of whoever was asked to stop; null where nobody was. */
  get code(): number | null {
    return this.asked && CODES[this.asked];
  }

  listen(): void {
    for (const signal of Object.keys(CODES)) process.on(signal, this.hear);
  }

  ignore(): void {
    for (const signal of Object.keys(CODES)) process.off(signal, this.hear);
  }

  /** @throws InspectorError `aborted` where a stop was asked for */
  check(): void {
    if (this.asked) throw new InspectorError('aborted', 'Stopped.');
  }
}

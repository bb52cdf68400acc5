import { InspectorError } from '../errors';

/** Ctrl+C, or a queue's SIGTERM, asks for a stop at the next stage; a second one ends the process at once. */
export class Stop {
  private asked = false;

  private readonly hear = () => {
    if (this.asked) process.exit(130);
    this.asked = true;
  };

  listen(): void {
    process.on('SIGINT', this.hear).on('SIGTERM', this.hear);
  }

  ignore(): void {
    process.off('SIGINT', this.hear).off('SIGTERM', this.hear);
  }

  /** @throws InspectorError `aborted` where a stop was asked for */
  check(): void {
    if (this.asked) throw new InspectorError('aborted', 'Stopped.');
  }
}

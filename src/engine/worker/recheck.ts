/**
 * Decodes a latent a second time, now and then, and compares bit by bit: on WebAssembly the same latent gives the same numbers,
 * however many threads compute it. Where it does not, threads disturbed each other or memory is damaged, and no number can be trusted.
 */
import { InspectorError } from '@/common/errors';
import type { Levels } from '@/latent/types';

/** Milliseconds for which nothing may have wanted the device before a decode is repeated. */
export const QUIET = 300;

export class Recheck {
  private decodes = 0;
  private running = false;
  /** The last time at which all was known to be well. */
  private well: Date;

  /**
   * @param every of so many decodes one is repeated
   * @param report told of each decode that was repeated; of an error where it was different
   */
  constructor(
    private readonly every: number,
    private readonly report: (error: InspectorError | null) => void,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.well = now();
  }

  /**
   * Counts a decode, and repeats it where it is its turn. Never rejects.
   * @param again decodes the same latent once the device is idle; rejects where it gives up, since somebody else wants the device
   */
  async after(first: Levels, again: () => Promise<Levels>): Promise<void> {
    this.decodes += 1;
    if (this.running || this.decodes < this.every) return;
    this.running = true;
    const time = this.now();
    try {
      const second = await again();
      this.decodes = 0;
      const same = isSame(first, second);
      if (same) this.well = time;
      this.report(same ? null : differs(this.well));
    } catch {
      // The next decode has its turn. What is wrong with the device is told to those who need it.
    } finally {
      this.running = false;
    }
  }
}

/** Bit by bit, so that NaN is the same as NaN and 0 is not -0. */
function isSame(first: Levels, second: Levels): boolean {
  if (first.data.length !== second.data.length) return false;
  const bitsOf = ({ data }: Levels) => new Uint32Array(data.buffer, data.byteOffset, data.length);
  const [a, b] = [bitsOf(first), bitsOf(second)];
  return a.every((bits, at) => bits === b[at]);
}

function differs(well: Date): InspectorError {
  const time = [well.getHours(), well.getMinutes(), well.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  return new InspectorError(
    'internal',
    'The same latent was decoded twice with different results.',
    `Numbers since ${time} may be wrong. Try another browser or another device.`,
  );
}

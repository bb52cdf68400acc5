/** Bits of a JPEG's entropy-coded data (ITU T.81, F.1.2.3): read one code at a time, and written. */

/** The coded data cannot be followed any further: they end, or hold what is no code. */
export class EndOfCodes extends Error {
  constructor(readonly reason: 'no bits' | 'no code') {
    super(reason);
  }
}

/** Table by the next 16 bits: length of the code that they begin with, times 256, plus its symbol; 0 where none does. */
export type HuffmanTable = Uint16Array;

/**
 * @param counts how many codes there are of each length, from 1 to 16 bits
 * @returns null where there are more codes than fit
 */
export function huffmanTable(counts: ArrayLike<number>, symbols: ArrayLike<number>): HuffmanTable | null {
  const table = new Uint16Array(1 << 16);
  let at = 0;
  let next = 0;
  for (let length = 1; length <= 16; length++) {
    const span = 1 << (16 - length);
    for (let i = 0; i < counts[length - 1]; i++, next++) {
      if (at + span > table.length || next >= symbols.length) return null;
      table.fill((length << 8) | symbols[next], at, at + span);
      at += span;
    }
  }
  return table;
}

export class BitReader {
  /** Writer that gets a copy of all that is taken; null: none. */
  copy: BitWriter | null = null;
  private held = 0;
  private count = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
    private readonly end: number,
  ) {}

  /** @throws EndOfCodes */
  symbol(table: HuffmanTable): number {
    this.fill();
    const ahead = this.count >= 16 ? this.held >>> (this.count - 16) : this.held << (16 - this.count);
    const entry = table[ahead & 0xffff];
    const length = entry >> 8;
    if (length > this.count) throw new EndOfCodes('no bits');
    if (length === 0) throw new EndOfCodes(this.count < 16 ? 'no bits' : 'no code');
    this.take(length);
    return entry & 255;
  }

  /** @param bits at most 16 */
  take(bits: number): number {
    if (bits === 0) return 0;
    this.fill();
    if (bits > this.count) throw new EndOfCodes('no bits');
    this.count -= bits;
    const value = (this.held >>> this.count) & ((1 << bits) - 1);
    this.copy?.put(value, bits);
    return value;
  }

  /** Passes over the restart marker that must stand here. */
  restart(): void {
    this.held = 0;
    this.count = 0;
    while (this.at + 1 < this.end && this.bytes[this.at] === 0xff && this.bytes[this.at + 1] === 0xff)
      this.at++;
    const marker = this.bytes[this.at + 1];
    if (this.at + 1 >= this.end) throw new EndOfCodes('no bits');
    if (this.bytes[this.at] !== 0xff || marker < 0xd0 || marker > 0xd7) throw new EndOfCodes('no code');
    this.at += 2;
  }

  /** True where nothing is left but the ones that fill the last byte. */
  get isAtEnd(): boolean {
    const ones = (1 << this.count) - 1;
    return this.count < 8 && this.at >= this.end && (this.held & ones) === ones;
  }

  private fill(): void {
    while (this.count <= 16 && this.at < this.end) {
      const byte = this.bytes[this.at];
      if (byte === 0xff) {
        // A marker, or the very end: nothing more comes.
        if (this.at + 1 >= this.end || this.bytes[this.at + 1] !== 0) return;
        this.at += 2;
      } else {
        this.at += 1;
      }
      this.held = ((this.held << 8) | byte) & 0xffffff;
      this.count += 8;
    }
  }
}

export class BitWriter {
  private readonly pieces: Uint8Array[] = [];
  private piece = new Uint8Array(1 << 16);
  private length = 0;
  private held = 0;
  private count = 0;

  put(value: number, bits: number): void {
    this.held = ((this.held << bits) | value) & 0xffffff;
    this.count += bits;
    while (this.count >= 8) {
      this.count -= 8;
      const byte = (this.held >>> this.count) & 255;
      this.byte(byte);
      if (byte === 0xff) this.byte(0);
    }
  }

  /** Fills the last byte with ones, and puts a marker behind it. */
  marker(value: number): void {
    this.align();
    this.byte(0xff);
    this.byte(value);
  }

  finish(): Uint8Array[] {
    this.align();
    return [...this.pieces, this.piece.subarray(0, this.length)];
  }

  private align(): void {
    if (this.count > 0) this.put((1 << (8 - this.count)) - 1, 8 - this.count);
  }

  private byte(value: number): void {
    if (this.length === this.piece.length) {
      this.pieces.push(this.piece);
      this.piece = new Uint8Array(this.piece.length);
      this.length = 0;
    }
    this.piece[this.length++] = value;
  }
}

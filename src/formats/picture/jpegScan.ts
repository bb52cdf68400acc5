/** Walks through the codes of a JPEG's scans without decoding a pixel: tells how much of the picture is there. */
import { BitReader, type BitWriter, EndOfCodes, type HuffmanTable, huffmanTable } from './bits';
import { blocksOf, type Jpeg, type JpegFrame, type JpegSegment, MARKERS, samplingOf } from './jpeg';

/** Tables and settings that hold at a place of the file. */
export interface ScanState {
  dc: (HuffmanTable | null)[];
  ac: (HuffmanTable | null)[];
  /** Units between two restarts; 0 without. */
  interval: number;
}

export function newState(): ScanState {
  return { dc: [], ac: [], interval: 0 };
}

/** Takes in what a segment sets. */
export function updateState(state: ScanState, bytes: Uint8Array, { marker, data, to }: JpegSegment): void {
  if (marker === MARKERS.DRI && data + 2 <= to) state.interval = (bytes[data] << 8) | bytes[data + 1];
  if (marker !== MARKERS.DHT) return;
  for (let at = data; at + 17 <= to; ) {
    const counts = bytes.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = bytes.subarray(at + 17, Math.min(at + 17 + total, to));
    const tables = bytes[at] >> 4 ? state.ac : state.dc;
    tables[bytes[at] & 15] = huffmanTable(counts, symbols);
    at += 17 + total;
  }
}

/** Marks of the coefficients of a component that are not zero, one bit each: a progressive scan that refines them depends on it. */
type History = Uint32Array[];

/**
 * Walks through one scan.
 * @param history one entry a component, of a progressive picture
 * @param copyOf says where a component's codes are copied to
 * @returns how many of its units (MCUs) are whole, of how many, and why not all; whether the codes end with the last of them
 */
export function walkScan(
  bytes: Uint8Array,
  frame: JpegFrame,
  segment: JpegSegment,
  state: ScanState,
  history: History,
  copyOf?: (index: number) => BitWriter | null,
  onRestart?: (count: number) => void,
): { done: number; all: number; reason: EndOfCodes['reason'] | null; isExact: boolean } {
  const scan = segment.scan!;
  const isProgressive = frame.process === 2;
  const bits = new BitReader(bytes, segment.coded!, segment.to);
  const { mostH, mostV } = samplingOf(frame);
  const parts = scan.components.map(({ index, dc, ac }) => {
    const component = frame.components[index];
    const isAlone = scan.components.length === 1;
    const { across, down } = blocksOf(frame, component);
    // Alone, a component's blocks come row by row; together, each unit holds h x v blocks of each.
    const unitsAcross = isAlone ? across : Math.ceil(frame.width / (8 * mostH));
    const unitsDown = isAlone ? down : Math.ceil(frame.height / (8 * mostV));
    const [h, v] = isAlone ? [1, 1] : [component.h, component.v];
    const stride = Math.ceil(frame.width / (8 * mostH)) * component.h;
    return { index, dc: state.dc[dc], ac: state.ac[ac], h, v, stride, unitsAcross, unitsDown };
  });
  const { unitsAcross, unitsDown } = parts[0];
  const all = unitsAcross * unitsDown;
  const block = isProgressive ? progressiveBlock(scan) : sequentialBlock;
  let done = 0;
  try {
    for (; done < all; done++) {
      if (state.interval > 0 && done > 0 && done % state.interval === 0) {
        bits.restart();
        block.reset?.();
        onRestart?.(done / state.interval - 1);
      }
      const column = done % unitsAcross;
      const row = Math.floor(done / unitsAcross);
      for (const part of parts) {
        bits.copy = copyOf?.(part.index) ?? null;
        const at = (row * part.v * part.stride + column * part.h) << 1;
        for (let y = 0; y < part.v; y++) {
          for (let x = 0; x < part.h; x++) {
            block.read(bits, part.dc, part.ac, history[part.index], at + ((y * part.stride + x) << 1));
          }
        }
      }
    }
  } catch (error) {
    if (!(error instanceof EndOfCodes)) throw error;
    return { done, all, reason: error.reason, isExact: false };
  }
  return { done, all, reason: null, isExact: bits.isAtEnd };
}

interface BlockReader {
  /** @param at of the block's two words in the history */
  read(
    bits: BitReader,
    dc: HuffmanTable | null,
    ac: HuffmanTable | null,
    nonzero: Uint32Array | undefined,
    at: number,
  ): void;
  /** Called at a restart. */
  reset?(): void;
}

function symbol(bits: BitReader, table: HuffmanTable | null): number {
  if (!table) throw new EndOfCodes('no code');
  return bits.symbol(table);
}

/** ITU T.81, F.2.2. */
const sequentialBlock: BlockReader = {
  read(bits, dc, ac) {
    bits.take(symbol(bits, dc) & 15);
    for (let k = 1; k < 64; ) {
      const code = symbol(bits, ac);
      const size = code & 15;
      const run = code >> 4;
      if (size === 0) {
        if (run < 15) break;
        k += 16;
      } else {
        bits.take(size);
        k += run + 1;
      }
    }
  },
};

/** ITU T.81, G.1.2. */
function progressiveBlock({ start, end, high }: NonNullable<JpegSegment['scan']>): BlockReader {
  let emptyBlocks = 0;
  const endOfBand = (bits: BitReader, run: number) => (1 << run) + bits.take(run);
  const reset = () => {
    emptyBlocks = 0;
  };
  if (start === 0) {
    return { read: (bits, dc) => void bits.take(high === 0 ? symbol(bits, dc) & 15 : 1) };
  }
  if (high === 0) {
    return {
      reset,
      read(bits, _, ac, nonzero, at) {
        if (emptyBlocks > 0) {
          emptyBlocks -= 1;
          return;
        }
        for (let k = start; k <= end; k++) {
          const code = symbol(bits, ac);
          const size = code & 15;
          const run = code >> 4;
          if (size === 0) {
            if (run < 15) {
              emptyBlocks = endOfBand(bits, run) - 1;
              return;
            }
            k += 15;
            continue;
          }
          k += run;
          bits.take(size);
          if (nonzero && k < 64) nonzero[at + (k >> 5)] |= 1 << (k & 31);
        }
      },
    };
  }
  return {
    reset,
    read(bits, _, ac, nonzero, at) {
      const isSet = (k: number) => nonzero !== undefined && ((nonzero[at + (k >> 5)] >>> (k & 31)) & 1) === 1;
      let k = start;
      if (emptyBlocks === 0) {
        for (; k <= end; k++) {
          const code = symbol(bits, ac);
          const size = code & 15;
          let run = code >> 4;
          if (size > 0) bits.take(1);
          else if (run < 15) {
            emptyBlocks = endOfBand(bits, run);
            break;
          }
          // Coefficients that were not zero before take a bit of correction each, and are not counted.
          for (; k <= end; k++) {
            if (isSet(k)) bits.take(1);
            else if (--run < 0) break;
          }
          if (size > 0 && nonzero && k < 64) nonzero[at + (k >> 5)] |= 1 << (k & 31);
        }
      }
      if (emptyBlocks > 0) {
        for (; k <= end; k++) if (isSet(k)) bits.take(1);
        emptyBlocks -= 1;
      }
    },
  };
}

export function newHistory(frame: JpegFrame): History {
  if (frame.process !== 2) return [];
  const { mostH, mostV } = samplingOf(frame);
  const units = Math.ceil(frame.width / (8 * mostH)) * Math.ceil(frame.height / (8 * mostV));
  return frame.components.map(({ h, v }) => new Uint32Array(2 * units * h * v));
}

/**
 * Share of a JPEG's picture that is there: 1 where all of it is, less where data end before the picture does. Of progressive
 * pictures, which are there in full but coarse, a share is told by their scans.
 * @param codes whether what is no code counts as the end too: decoders pass over it, and nothing behind it can be told
 */
export function shareThere(bytes: Uint8Array, jpeg: Jpeg, codes: 'strict' | 'tolerant'): number {
  const { frame, segments } = jpeg;
  if (!frame) return 0;
  const state = newState();
  const history = newHistory(frame);
  let share = 1;
  for (const segment of segments) {
    updateState(state, bytes, segment);
    if (!segment.scan || segment.scan.components.some(({ index }) => index < 0)) continue;
    if (segment.scan.components.length === 0) continue;
    const { done, all, reason } = walkScan(bytes, frame, segment, state, history);
    if (reason !== 'no code' || codes === 'strict') share = Math.min(share, done / all);
  }
  return share;
}

/** The share of coefficients that some scan gives in full, 0 to 1: in a whole picture all of each component. */
export function coverage({ frame, segments }: Jpeg): number {
  if (!frame) return 0;
  let missing = 0;
  frame.components.forEach((_, index) => {
    // The lowest bit that a scan gave of each coefficient; none yet.
    const bit = new Array<number>(64).fill(Number.POSITIVE_INFINITY);
    for (const { scan } of segments) {
      if (!scan?.components.some((component) => component.index === index)) continue;
      const [start, end, low] = frame.process === 2 ? [scan.start, scan.end, scan.low] : [0, 63, 0];
      for (let k = start; k <= Math.min(end, 63); k++) bit[k] = low;
    }
    missing += bit.filter((low) => low > 0).length;
  });
  return 1 - missing / (64 * frame.components.length);
}

/** A file is kept and asked for in parts of this many bytes; the last is shorter. */
export const PART_BYTES = 16 * 2 ** 20;

export interface Part {
  index: number;
  /** Offset of its first byte in the file. */
  start: number;
  length: number;
  /** Bytes that are kept, from its start. */
  here: number;
}

/** Bytes that somebody waits for. */
export interface Span {
  offset: number;
  length: number;
}

export function partsOf(total: number, partBytes: number, here: ReadonlyMap<number, number>): Part[] {
  return Array.from({ length: Math.ceil(total / partBytes) }, (_, index) => {
    const start = index * partBytes;
    return { index, start, length: Math.min(partBytes, total - start), here: here.get(index) ?? 0 };
  });
}

const isWhole = (part: Part): boolean => part.here === part.length;

/** Tells whether somebody waits for bytes of this part that are not here. */
export function isWanted(part: Part, spans: readonly Span[]): boolean {
  const from = part.start + part.here;
  return (
    !isWhole(part) &&
    spans.some(({ offset, length }) => offset < part.start + part.length && offset + length > from)
  );
}

/**
 * The part to ask for next, or null: first what somebody waits for, then what follows on the bytes that were read last, as the
 * next tensor lies there, then the rest from the front.
 */
export function nextPart(
  parts: readonly Part[],
  taken: ReadonlySet<Part>,
  spans: readonly Span[],
  position: number,
): Part | null {
  const open = parts.filter((part) => !isWhole(part) && !taken.has(part));
  return (
    open.find((part) => isWanted(part, spans)) ??
    open.find((part) => part.start + part.length > position) ??
    open[0] ??
    null
  );
}

/** End of the bytes that are all here from `offset` on, as an offset. */
export function frontier(parts: readonly Part[], offset: number): number {
  let end = offset;
  for (const part of parts) {
    if (part.start > end) break;
    end = Math.max(end, part.start + part.here);
    if (!isWhole(part) && part.start + part.length > offset) break;
  }
  return end;
}

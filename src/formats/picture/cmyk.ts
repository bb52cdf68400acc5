/**
 * JPEGs of four components (CMYK, YCCK), which most decoders either refuse or turn into RGB in ways of their own. The file is
 * taken apart into two JPEGs of three components, code by code and without loss, which any decoder reads: one without the fourth
 * component, one without the second. The last component of the latter is black; the first is in both, for it is sampled most
 * densely, and the sizes of the others are relative to it.
 */
import { BitWriter } from './bits';
import { joined } from './bytes';
import { type Jpeg, type JpegFrame, type JpegSegment, MARKERS, samplingOf } from './jpeg';
import { newHistory, newState, updateState, walkScan } from './jpegScan';

export interface SplitJpeg {
  /** Cyan, magenta, yellow. */
  colours: Uint8Array<ArrayBuffer>;
  /** Cyan, yellow, black: black is what decodes to blue. */
  black: Uint8Array<ArrayBuffer>;
  /** True where what decodes to red, green and blue of the first is ink (of YCCK); else it is light, as Adobe stores it. */
  colourIsInk: boolean;
}

/**
 * @returns null where the components are arranged as no known program arranges them
 * @param jpeg of four components, whole
 */
export function splitJpeg(bytes: Uint8Array, jpeg: Jpeg): SplitJpeg | null {
  const { frame, adobe } = jpeg;
  if (frame?.components.length !== 4) return null;
  // Decoders take every transform but none for this one.
  const isYcck = adobe !== null && adobe !== 0;
  const colours = without(3, bytes, jpeg, frame, isYcck ? 1 : 0);
  const black = without(1, bytes, jpeg, frame, 0);
  return colours && black && { colours, black, colourIsInk: isYcck };
}

/** @param transform that Adobe's segment is to name: 0 for none, 1 for YCbCr */
function without(
  dropped: number,
  bytes: Uint8Array,
  { segments }: Jpeg,
  frame: JpegFrame,
  transform: number,
): Uint8Array<ArrayBuffer> | null {
  const kept = frame.components.filter((_, index) => index !== dropped);
  const before = samplingOf(frame);
  const after = samplingOf({ components: kept });
  // The sizes of the others would change.
  if (before.mostH !== after.mostH || before.mostV !== after.mostV) return null;

  const adobe = [...Array.from('Adobe', (letter) => letter.charCodeAt(0)), 0, 100, 0, 0, 0, 0, transform];
  const parts: Uint8Array[] = [Uint8Array.of(0xff, 0xd8, 0xff, MARKERS.ADOBE, 0, 14, ...adobe)];
  const state = newState();
  const history = newHistory(frame);
  for (const segment of segments) {
    const { marker, from, to, scan } = segment;
    updateState(state, bytes, segment);
    if (marker === 0xc0 + frame.process) parts.push(frameSegment(marker, frame, kept));
    else if (scan) {
      const pieces = scanWithout(dropped, bytes, frame, segment, () => {
        const writer = new BitWriter();
        const { done, all } = walkScan(
          bytes,
          frame,
          segment,
          state,
          history,
          (index) => (index === dropped ? null : writer),
          (count) => writer.marker(0xd0 + (count & 7)),
        );
        return done === all ? writer.finish() : null;
      });
      if (!pieces) return null;
      parts.push(...pieces);
    } else if ([MARKERS.DQT, MARKERS.DHT, MARKERS.DRI].includes(marker)) parts.push(bytes.subarray(from, to));
  }
  parts.push(Uint8Array.of(0xff, MARKERS.EOI));
  return joined(parts);
}

function frameSegment(marker: number, frame: JpegFrame, kept: JpegFrame['components']): Uint8Array {
  const { precision, height, width } = frame;
  return Uint8Array.of(
    ...[0xff, marker, 0, 8 + 3 * kept.length],
    ...[precision, height >> 8, height & 255, width >> 8, width & 255, kept.length],
    ...kept.flatMap(({ id, h, v, table }) => [id, (h << 4) | v, table]),
  );
}

/** @returns the scan's parts, none where it holds only what is dropped, null where it cannot be taken apart */
function scanWithout(
  dropped: number,
  bytes: Uint8Array,
  frame: JpegFrame,
  { scan, coded, to }: JpegSegment,
  recode: () => Uint8Array[] | null,
): Uint8Array[] | null {
  const kept = scan!.components.filter(({ index }) => index !== dropped);
  if (kept.length === 0) return [];
  // A component that the frame does not have.
  if (kept.some(({ index }) => index < 0)) return null;
  const head = Uint8Array.of(
    ...[0xff, MARKERS.SOS, 0, 6 + 2 * kept.length, kept.length],
    ...kept.flatMap(({ index, dc, ac }) => [frame.components[index].id, (dc << 4) | ac]),
    ...[scan!.start, scan!.end, (scan!.high << 4) | scan!.low],
  );
  if (kept.length === scan!.components.length) return [head, bytes.subarray(coded, to)];
  // Alone, a component's blocks come in another order than among others, unless each unit holds one.
  const { h, v } = frame.components[kept[0].index];
  if (
    kept.length === 1 &&
    (h !== 1 || v !== 1 || samplingOf(frame).mostH !== 1 || samplingOf(frame).mostV !== 1)
  ) {
    return null;
  }
  const codes = recode();
  return codes && [head, ...codes];
}

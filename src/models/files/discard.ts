/**
 * Frees an array's memory at once, where the browser can: its buffer is moved into one of no length. Arrays that were used once
 * are garbage anyway, but hundreds of megabytes of it gather before a collector looks, and a tab on a phone does not live that
 * long. Whatever else looks into the same buffer is empty afterwards.
 */
export function discard({ buffer }: ArrayBufferView): void {
  (buffer as { transfer?(length: number): ArrayBuffer }).transfer?.(0);
}

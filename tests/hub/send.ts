import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Faults, ServedFile } from './standin';

const PIECE = 64 * 1024;
/**
 * Moments of two milliseconds in which the other side takes what was sent before the connection breaks. Many short ones: where both
 * sides are one process, it reads between any two of them, however long the machine lets it wait.
 */
const SETTLE = 30;

export interface Sending {
  from: number;
  to: number;
  file: ServedFile;
  faults: Faults;
}

/** Sends a run of the file's bytes as they are asked for, no faster than the other side takes them, with the faults in force. */
export async function send(
  response: ServerResponse,
  { from, to, file, faults }: Sending,
  onSent: (bytes: number) => void,
): Promise<void> {
  const { cut } = faults;
  // An answer of a single byte is the question whether ranges work.
  const cuts = cut !== null && cut.times > 0 && to - from > 1 && to - from > cut.after;
  if (cuts) cut.times -= 1;
  const end = cuts ? from + cut.after : to;
  for (let at = from; at < end; ) {
    const length = Math.min(PIECE, end - at);
    if (faults.rate !== null) await pause((1000 * length) / faults.rate);
    if (response.destroyed) return;
    await write(response, bytesOf(file, at, length, faults.wrongByte));
    onSent(length);
    at += length;
  }
  if (!cuts) return void response.end();
  if (cut.silent) return;
  for (let moment = 0; moment < SETTLE; moment++) await pause(2);
  response.destroy();
}

/** The file's bytes; beyond its end, where a wrong size is to be served, zeros. */
function bytesOf(file: ServedFile, offset: number, length: number, wrong: number | null): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(file.read(offset, Math.max(0, Math.min(length, file.bytes - offset))));
  if (wrong !== null && wrong >= offset && wrong < offset + length) bytes[wrong - offset] ^= 1;
  return bytes;
}

function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    response.write(bytes, done);
  });
}

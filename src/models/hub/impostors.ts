/** Things that servers send in place of a model's file: pages, messages, pointers. */
import { InspectorError } from '@/common/errors';
import { shown } from '@/common/shown';
import type { HubFile } from './address';
import type { Network } from './network';
import { withinTime } from './request';

/** Bytes that are enough to tell. */
export const TELLING = 512;

interface Impostor {
  /** "an HTML page" */
  what: string;
  advice: string;
}

/** The file's first bytes, recognised as something else than a model; null: nothing is wrong with them. */
export function impostorIn(bytes: Uint8Array): Impostor | null {
  // Texts have no zeros. The files of models do, among the first eight bytes.
  if (bytes.subarray(0, 8).includes(0)) return null;
  const text = new TextDecoder()
    .decode(bytes.subarray(0, TELLING))
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/^version https:\/\/(git-lfs|hawser)\./.test(text)) {
    return {
      what: 'a Git LFS pointer, the note that stands for a large file in its repository',
      advice:
        'The large file itself was never put there. Choose another hub or mirror, or open the file from your computer if you have it.',
    };
  }
  if (HTML.test(text)) {
    const title = /<title[^>]*>\s*([^<]{1,80}?)\s*</i.exec(text)?.[1];
    return {
      what: `an HTML page${title ? ` (${shown(title)})` : ''}`,
      advice:
        'The address of the hub may be wrong, or the sign-in page of a network answers in its place. Open the hub in a tab of its own, then try again.',
    };
  }
  if (/^<\?xml|^<[A-Za-z]\w*[\s/>]/.test(text)) {
    const said = /<Message>([^<]{1,120})/.exec(text)?.[1];
    return { what: `an XML message${said ? ` (${shown(said)})` : ''}`, advice: TRY_AGAIN };
  }
  if (/^(\{|\[\s*\{)\s*"|^\{\s*\}$|^\[\s*\]$/.test(text)) {
    const said = /"(?:error|message|detail|errors)"\s*:\s*\[?\s*"([^"]{1,120})/.exec(text)?.[1];
    return { what: `a JSON message${said ? ` (${shown(said)})` : ''}`, advice: TRY_AGAIN };
  }
  // The length of a header that these letters would mean is longer than any file.
  if (/^[\t\n\r\x20-\x7e\u00a0-\ufffc]+$/.test(text.slice(0, -1)) && text.length > 1) {
    const line = /^.{1,120}/.exec(text)![0].trimEnd();
    return { what: `a text (${shown(line)})`, advice: TRY_AGAIN };
  }
  return null;
}

/** Beginnings of pages, also of those that leave out what stands around their content. */
const HTML =
  /^(?:<!--|<!doctype html|(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html)|<(?:head|body|title|meta|link|script|style|h[1-6]|p|div|span|center|table|form|iframe|noscript|a|b|pre)[\s/>])/i;

const TRY_AGAIN = 'Try again later; if it stays so, check the address of the hub.';

export function notTheFile({ path }: HubFile, { what, advice }: Impostor): InspectorError {
  return new InspectorError('bad-file', `The hub sent ${what}, in place of ${path}.`, advice);
}

/**
 * Looks at the first bytes of a response that begins at the file's first.
 * @returns the same response, from its first byte
 * @throws InspectorError 'bad-file' where they are not a model's; Cut
 */
export async function refuseImpostor(
  response: Response,
  file: HubFile,
  network: Network,
  signal?: AbortSignal,
): Promise<Response> {
  if (!response.body) return response;
  const reader = response.body.getReader();
  const seen: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  let ended = false;
  try {
    while (length < TELLING && !ended) {
      const { done, value } = await withinTime(reader.read(), network, signal);
      if (value) seen.push(value);
      length += value?.length ?? 0;
      ended = done;
    }
    const impostor = impostorIn(joined(seen, Math.min(length, TELLING)));
    if (impostor) throw notTheFile(file, impostor);
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw error;
  }
  const rest = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const first = seen.shift();
        if (first) return controller.enqueue(first);
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return new Response(rest, { status: response.status, headers: response.headers });
}

function joined(pieces: readonly Uint8Array[], most: number): Uint8Array {
  const bytes = new Uint8Array(most);
  let at = 0;
  for (const piece of pieces) {
    const part = piece.subarray(0, most - at);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

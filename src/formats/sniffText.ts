/** Kinds of files that are text: what a download leaves in place of a model, above all. */
import type { Sniffed } from './fileKinds';

const AGAIN =
  'Download the file itself: on its page use the download button, and log in first where the page asks for that.';

/** A text longer than this is not the answer of a server. */
const LONGEST_ANSWER = 2000;

export function sniffText(head: Uint8Array, byteLength: number): Sniffed | null {
  const wide = wideText(head);
  const text = wide ?? plainText(head, byteLength);
  if (text === null) return null;
  const start = text.replace(/^\uFEFF/, '').trimStart();
  const whole = byteLength <= head.length;
  return (
    pointer(start) ??
    markup(start) ??
    json(start, whole) ??
    answer(start, byteLength) ?? {
      kind: 'text',
      what: wide === null ? 'a text' : 'a text in UTF-16',
      advice: 'Choose another file.',
    }
  );
}

/** Text in UTF-16, told by its mark; null where it is not. */
function wideText(head: Uint8Array): string | null {
  const even = head.subarray(0, head.length & ~1);
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le').decode(even);
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be').decode(even);
  return null;
}

/** Text in UTF-8; null where the bytes are none, or hold control characters, which no text has. */
function plainText(head: Uint8Array, byteLength: number): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: byteLength > head.length });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell bytes from text.
    return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** A pointer, as git keeps it in place of a large file until that is fetched. */
function pointer(text: string): Sniffed | null {
  if (/^version https:\/\/(git-lfs\.github\.com|hawser\.github\.com)\/spec\//.test(text)) {
    const size = Number(/^size (\d+)/m.exec(text)?.[1] ?? Number.NaN);
    const of = Number.isFinite(size) ? ` of ${bytesWords(size)}` : '';
    return {
      kind: 'lfs-pointer',
      what: `a Git LFS pointer: a few lines of text in place of the real file${of}`,
      advice: 'Fetch the real one: "git lfs pull" in its folder, or download it from its page.',
    };
  }
  if (/^\S*\/annex\/objects\//.test(text)) {
    return {
      kind: 'lfs-pointer',
      what: 'a pointer of git-annex: a line of text in place of the real file',
      advice: 'Fetch the real one with "git annex get".',
    };
  }
  return null;
}

function markup(text: string): Sniffed | null {
  if (!text.startsWith('<')) return null;
  const body = text.replace(/^(<\?[\s\S]*?\?>|<!--[\s\S]*?-->|\s)+/, '');
  if (
    /^(<!doctype svg[^>[]*(\[[\s\S]*?\])?[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<([\w.-]+:)?svg[\s>]/i.test(body)
  ) {
    return { kind: 'svg', what: 'an SVG drawing', advice: '' };
  }
  if (/^<(!doctype html|html|head|body|title|script|meta|div)[\s>]/i.test(body)) {
    const title = /<title[^>]*>\s*([^<]{1,80}?)\s*</i.exec(body)?.[1].replace(/\s+/g, ' ');
    return {
      kind: 'html',
      what: `a web page${title ? ` ("${title}")` : ''}, not a file that was on it`,
      advice: AGAIN,
    };
  }
  const said = /<(?:Message|Code)>([^<]{1,120})</.exec(body)?.[1];
  if (said) {
    return {
      kind: 'server-answer',
      what: `what a server answered in place of the file: "${said}"`,
      advice: AGAIN,
    };
  }
  return { kind: 'xml', what: 'an XML document', advice: 'Choose another file.' };
}

function json(text: string, whole: boolean): Sniffed | null {
  if (!/^[{[]/.test(text)) return null;
  const plain: Sniffed = { kind: 'json', what: 'a JSON document', advice: '' };
  if (!whole) return plain;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A text may well begin with a bracket; one with a brace and a quoted name was meant as JSON.
    return /^\{\s*"/.test(text) ? plain : null;
  }
  const fields = (value ?? {}) as Record<string, unknown>;
  const map = fields.weight_map;
  if (typeof map === 'object' && map !== null) {
    const files = [...new Set(Object.values(map).filter((each) => typeof each === 'string'))];
    const some = files.slice(0, 3).map((each) => `"${each}"`);
    const rest = files.length > 3 ? ` and ${files.length - 3} more` : '';
    return {
      kind: 'index',
      what: `the index of weights that lie in ${files.length} other files (${some.join(', ')}${rest})`,
      advice: 'It holds no numbers. Give those files together with it, or the folder that holds them.',
    };
  }
  const said = [fields.error, fields.message, fields.detail].find((each) => typeof each === 'string');
  if (said !== undefined && Object.keys(fields).length <= 5) {
    return {
      kind: 'server-answer',
      what: `what a server answered in place of the file: "${String(said).slice(0, 120)}"`,
      advice: AGAIN,
    };
  }
  return plain;
}

/** Answers of hubs, as plain text, where a file is missing or not to be had without logging in. */
const ANSWERS =
  /^(entry not found|repository not found|revision not found|not found|404|403|401|invalid (username|credentials|user token)|access (to|denied)|unauthori[sz]ed|forbidden|bad gateway|internal server error|service unavailable|too many requests|gateway time)/i;

function answer(text: string, byteLength: number): Sniffed | null {
  if (byteLength > LONGEST_ANSWER || !ANSWERS.test(text)) return null;
  const [line] = text.trim().split('\n');
  return {
    kind: 'server-answer',
    what: `what a server answered in place of the file: "${line.trim().slice(0, 120)}"`,
    advice: AGAIN,
  };
}

function bytesWords(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return bytes >= 1e3 ? `${Math.round(bytes / 1e3)} kB` : `${bytes} bytes`;
}

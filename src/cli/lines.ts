/** Files of one JSON a line, which may have been cut short, damaged or edited: each line is looked at before it is used. */
import { readFile } from 'node:fs/promises';
import { InspectorError } from '@/common/errors';
import { shorten } from '@/common/shown';
import { reasonOf } from './trouble';

/** A line that cannot be used. It stays where it is. */
export interface BadLine {
  path: string;
  /** Number of the line, from 1 on. */
  line: number;
  /** The problem as the end of a sentence: "measures.psnr is not a number". */
  problem: string;
  /** The line as it stands there. */
  text: string;
}

export interface Lines<T> {
  values: T[];
  bad: BadLine[];
}

/**
 * @param read throws an InspectorError whose message says what is wrong with a line
 * @throws InspectorError `bad-file` where the file itself cannot be read
 */
export async function readLines<T>(path: string, read: (value: unknown) => T): Promise<Lines<T>> {
  const lines: Lines<T> = { values: [], bad: [] };
  for (const [at, line] of (await textOf(path)).split('\n').entries()) {
    // Editors put a mark before the first line, and blanks at the end of others.
    const text = line.replace(/^\ufeff/, '').trim();
    if (text === '') continue;
    try {
      lines.values.push(read(parsed(text)));
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      lines.bad.push({ path, line: at + 1, problem: error.message, text });
    }
  }
  return lines;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new InspectorError('bad-file', `"${path}" cannot be read${reasonOf(cause)}.`, '', { cause });
  }
}

function parsed(text: string): unknown {
  if (isDeep(text)) throw new InspectorError('bad-file', 'it is nested too deeply');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = text.endsWith('}') ? 'it is not JSON' : 'it is cut short';
    throw new InspectorError('bad-file', why, '', { cause });
  }
}

/** Far deeper than rows and runs are. */
const DEEPEST = 100;

/** Told by the text: V8 takes seconds to parse what is nested by the ten thousand. */
function isDeep(text: string): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (isQuoted) {
      if (letter === '\\') at += 1;
      else isQuoted = letter !== '"';
    } else if (letter === '"') {
      isQuoted = true;
    } else if (letter === '[' || letter === '{') {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (letter === ']' || letter === '}') {
      depth -= 1;
    }
  }
  return false;
}

/** So many are named one by one. */
const MAX_NAMED = 100;

/** Sentences on them, one a line. */
export function badLineWords(bad: readonly BadLine[]): string[] {
  const words = bad.slice(0, MAX_NAMED).map(({ path, line, problem, text }) => {
    return `Line ${line} of "${path}"${subjectOf(text)} is not used, and stays there: ${problem}.`;
  });
  const more = bad.length - MAX_NAMED;
  return more > 0 ? [...words, `${more} more lines are not used, and stay there.`] : words;
}

/** " (a.png)": the picture, of a row that still says it. */
function subjectOf(text: string): string {
  const name = /"picture":\{"name":("(?:[^"\\]|\\.){1,400}")/.exec(text)?.[1];
  return name === undefined ? '' : ` (${shorten(name, 80)})`;
}

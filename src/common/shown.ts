/** A value from a file, a link or a message, put into a sentence. It may be anyone's: of any type, any length, and cyclic. */

const LONGEST_TEXT = 80;
/** Letters, about; what does not fit is left out. */
const LONGEST = 160;
const DEEPEST = 3;

/**
 * A value in a few words, as JSON has it where JSON has a word for it. Never throws, whatever the value, and is never long.
 * @example shown([1, 'a', null]) // '[1,"a",null]'
 */
export function shown(value: unknown): string {
  return said(value, DEEPEST, { left: LONGEST });
}

interface Room {
  left: number;
}

function said(value: unknown, depth: number, room: Room): string {
  // Brackets and commas take room too.
  room.left -= 2;
  const isNested = typeof value === 'object' && value !== null;
  // A comma, and brackets: what is empty takes room too.
  room.left -= isNested ? 3 : 1;
  if (isNested && depth > 0)
    return Array.isArray(value) ? list(value, depth, room) : fields(value, depth, room);
  const text = isNested ? '…' : simple(value);
  room.left -= text.length;
  return text;
}

function simple(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(shorten(value, LONGEST_TEXT));
    case 'bigint':
      return shorten(String(value), LONGEST_TEXT);
    case 'undefined':
      return 'missing';
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

function list(items: readonly unknown[], depth: number, room: Room): string {
  const parts: string[] = [];
  // Brackets take room too: a list of a thousand empty ones would fill a page.
  room.left -= 2;
  // By number: a list may have holes.
  for (let at = 0; at < items.length && room.left > 0; at++) parts.push(said(items[at], depth - 1, room));
  if (parts.length < items.length) parts.push(`… (${items.length} in all)`);
  return `[${parts.join(',')}]`;
}

function fields(value: object, depth: number, room: Room): string {
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  // Anything but a plain object is named by what it is.
  if (kind !== 'Object') return `of the type ${shorten(kind)}`;
  const parts: string[] = [];
  room.left -= 2;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    if (room.left <= 0) {
      parts.push('…');
      break;
    }
    const name = simple(key);
    room.left -= name.length;
    parts.push(`${name}:${said(Reflect.get(value, key), depth - 1, room)}`);
  }
  return `{${parts.join(',')}}`;
}

/** A text of at most so many letters. */
export function shorten(text: string, longest = 40): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

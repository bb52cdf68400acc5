/** Reading JSON that may be anyone's, field by field. */
import { InspectorError } from '../../errors';

/** What stands where in a recording cannot be read. */
export function unreadable(problem: string): InspectorError {
  return new InspectorError(
    'bad-file',
    `The recording cannot be read: ${problem}`,
    'Record it again, or choose another file.',
  );
}

/** Longer texts are refused: they are labels and captions. */
const LONGEST_TEXT = 4000;

/** A value with the path that led to it, so that a refusal can say where. Each reader throws `bad-file`, naming the field. */
export class Field {
  constructor(
    readonly value: unknown,
    private readonly path = '',
  ) {}

  get(key: string): Field {
    if (typeof this.value !== 'object' || this.value === null) this.refuse('is not an object');
    const own = Object.getOwnPropertyDescriptor(this.value, key);
    return new Field(own?.value, this.path === '' ? key : `${this.path}.${key}`);
  }

  /** @param most longer lists are refused before any of their items is looked at */
  list<T>(most: number, read: (item: Field) => T): T[] {
    if (!Array.isArray(this.value)) return this.refuse('is not a list');
    if (this.value.length > most) this.refuse(`has ${this.value.length} items; at most ${most} are read`);
    return this.value.map((item, index) => read(new Field(item, `${this.path}[${index}]`)));
  }

  /** A list of exactly `count` finite numbers. */
  numbers(count: number): number[] {
    const found = this.list(count, (item) => item.finite());
    return found.length === count ? found : this.refuse(`has ${found.length} numbers, not ${count}`);
  }

  finite(): number {
    return typeof this.value === 'number' && Number.isFinite(this.value)
      ? this.value
      : this.refuse('is not a number');
  }

  atLeastZero(): number {
    const value = this.finite();
    return value >= 0 ? value : this.refuse(`is ${value}, below 0`);
  }

  integer(least: number, most: number): number {
    const value = this.finite();
    if (!Number.isInteger(value)) this.refuse('is not a whole number');
    if (value < least || value > most) this.refuse(`is ${value}; it must be ${least} to ${most}`);
    return value;
  }

  text(): string {
    if (typeof this.value !== 'string') return this.refuse('is not text');
    return this.value.length <= LONGEST_TEXT ? this.value : this.refuse('is too long a text');
  }

  oneOf<T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value);
    return found ?? this.refuse(`is not one of ${choices.join(', ')}`);
  }

  matching(pattern: RegExp, what: string): string {
    const text = this.text();
    return pattern.test(text) ? text : this.refuse(`is not ${what}`);
  }

  /** What `read` finds; null where there is a null. */
  orNull<T>(read: (field: Field) => T): T | null {
    return this.value === null ? null : read(this);
  }

  refuse(problem: string): never {
    throw unreadable(`${this.path || 'its header'} ${problem}.`);
  }
}

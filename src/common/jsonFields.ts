/** Reading JSON that may be anyone's, field by field. */
/** Longer texts are refused: they are labels and captions. */
const LONGEST_TEXT = 4000;

/** The way in which a document that cannot be read is refused. */
export interface Refusal {
  /** Subject of a sentence about the whole of it: "its header". */
  whole: string;
  /** The error, of a problem as a sentence that begins with the field's path. */
  error(problem: string): Error;
}

/** A value with the path that led to it, so that a refusal can say where. Each reader throws what the refusal makes of it. */
export class Field {
  constructor(
    readonly value: unknown,
    private readonly refusal: Refusal,
    private readonly path = '',
  ) {}

  get(key: string): Field {
    if (typeof this.value !== 'object' || this.value === null) this.refuse('is not an object');
    const own = Object.getOwnPropertyDescriptor(this.value, key);
    return this.at(own?.value, this.path === '' ? key : `${this.path}.${key}`);
  }

  object(): object {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
      ? this.value
      : this.refuse('is not an object');
  }

  /** @param most longer lists are refused before any of their items is looked at */
  list<T>(most: number, read: (item: Field) => T): T[] {
    if (!Array.isArray(this.value)) return this.refuse('is not a list');
    if (this.value.length > most) this.refuse(`has ${this.value.length} items; at most ${most} are read`);
    // By number: a list may have holes.
    return Array.from<unknown, T>(this.value, (item, index) => read(this.at(item, `${this.path}[${index}]`)));
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

  text(longest = LONGEST_TEXT): string {
    if (typeof this.value !== 'string') return this.refuse('is not text');
    return this.value.length <= longest ? this.value : this.refuse('is too long a text');
  }

  oneOf<T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value);
    return found ?? this.fail(`is not one of ${choices.join(', ')}`);
  }

  matching(pattern: RegExp, what: string, longest = LONGEST_TEXT): string {
    const text = this.text(longest);
    return pattern.test(text) ? text : this.refuse(`is not ${what}`);
  }

  flag(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.refuse('is not true or false');
  }

  between(least: number, most: number): number {
    const value = this.finite();
    return value >= least && value <= most
      ? value
      : this.refuse(`is ${value}; it must be ${least} to ${most}`);
  }

  /** The value that `read` finds; undefined where there is nothing, as in files of earlier versions. */
  optional<T>(read: (field: Field) => T): T | undefined {
    return this.value === undefined ? undefined : read(this);
  }

  /** The value that `read` finds; null where there is a null. */
  orNull<T>(read: (field: Field) => T): T | null {
    return this.value === null ? null : read(this);
  }

  refuse(problem: string): never {
    return this.fail(this.value === undefined ? 'is missing' : problem);
  }

  private fail(problem: string): never {
    throw this.refusal.error(`${this.path || this.refusal.whole} ${problem}.`);
  }

  private at(value: unknown, path: string): Field {
    return new Field(value, this.refusal, path);
  }
}

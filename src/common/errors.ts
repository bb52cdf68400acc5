/** Codes of what can go wrong in a way that a visitor meets. They are stable; texts are for people. */
export type ErrorCode =
  | 'aborted'
  | 'superseded'
  | 'device-lost'
  | 'out-of-memory'
  | 'no-backend'
  | 'bad-file'
  | 'bad-image'
  | 'bad-model'
  | 'bad-edit'
  | 'bad-link'
  | 'bad-option'
  | 'not-found'
  | 'network'
  | 'storage-full'
  | 'busy'
  | 'internal';

/**
 * An error a visitor can meet: `message` says what happened, `advice` what to do.
 * It survives the way from the worker to the page (see `toPlain` and `fromPlain`).
 */
export class InspectorError extends Error {
  readonly code: ErrorCode;
  readonly advice: string;

  constructor(code: ErrorCode, message: string, advice = '', options?: ErrorOptions) {
    super(message, options);
    this.name = 'InspectorError';
    this.code = code;
    this.advice = advice;
  }
}

export interface PlainError {
  code: ErrorCode;
  message: string;
  advice: string;
  cause?: string;
}

/** Turns anything thrown into data that can cross a worker boundary. */
export function toPlain(error: unknown): PlainError {
  if (error instanceof InspectorError) {
    const { code, message, advice } = error;
    const cause = describe(error.cause);
    return { code, message, advice, ...(cause !== undefined && { cause }) };
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    return { code: 'aborted', message: 'The computation was cancelled.', advice: '' };
  }
  return {
    code: 'internal',
    message: describe(error) ?? 'Unknown error.',
    advice: 'Try again. If it happens again, it is a mistake of the program: please report it.',
  };
}

/** The inverse of `toPlain`. */
export function fromPlain(plain: PlainError): InspectorError {
  return new InspectorError(plain.code, plain.message, plain.advice, { cause: plain.cause });
}

/** An abort as everything here says it: work that a signal ended may throw the signal's own reason. Anything else as it is. */
export function codedAbort(error: unknown): unknown {
  const isRaw = error instanceof DOMException && error.name === 'AbortError';
  return isRaw ? fromPlain(toPlain(error)) : error;
}

function describe(error: unknown): string | undefined {
  if (error === undefined || error === null) return undefined;
  return error instanceof Error ? error.message : String(error);
}

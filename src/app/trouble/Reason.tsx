import { InspectorError } from '@/common/errors';

/** The reason why something could not be drawn: in words where the error has them, else as those who report it need it. */
export function Reason(props: { error: unknown }) {
  const { error } = props;
  if (error instanceof InspectorError) {
    return (
      <p>
        {error.message} {error.advice}
      </p>
    );
  }
  return (
    <p className="muted small">
      <code>{technical(error)}</code>
    </p>
  );
}

/** The error as thrown, for those who report it: "TypeError: x is undefined". */
export function technical(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

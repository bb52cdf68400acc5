import { Reason } from './Reason';

/** A way to let go of what cannot be shown. */
export interface Mend {
  label: string;
  press(): void;
}

/** Stands where a part of the page could not be drawn: says so, and how to go on. */
export function Broken(props: {
  what: string;
  error: unknown;
  mend?: Mend | undefined;
  className?: string | undefined;
  onRetry(): void;
}) {
  const { what, error, mend, className = '', onRetry } = props;
  return (
    <div className={`broken ${className}`} role="alert">
      <p>
        <strong>{what} could not be shown.</strong> Your picture and your edits are kept, and the rest of the
        page works.
      </p>
      <Reason error={error} />
      <p className="broken-buttons">
        <button type="button" className="button small" onClick={onRetry}>
          Try again
        </button>
        {mend && (
          <button
            type="button"
            className="button small"
            onClick={() => {
              mend.press();
              onRetry();
            }}
          >
            {mend.label}
          </button>
        )}
      </p>
    </div>
  );
}

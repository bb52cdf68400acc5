/** A grid of cells of which one is filled. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d="M1 1h14v14H1zM1 5.7h14M1 10.3h14M5.7 1v14M10.3 1v14"
        fill="none"
        stroke="currentColor"
        opacity="0.45"
      />
      <rect x="5.7" y="5.7" width="4.6" height="4.6" fill="currentColor" />
    </svg>
  );
}

import { useRef } from 'react';
import { SIZES, type Size } from '@/session/types';
import { useActions, useInspector } from './context';
import { DeviceChip } from './device/DeviceChip';
import { useChooseImage } from './files/useChooseImage';
import type { Theme } from './look/theme';
import { ModelPicker } from './models/ModelPicker';
import { ShareButton } from './share/ShareButton';
import { Boundary } from './trouble/Boundary';

/** One line: what this is, what it looks at, what computes, and the light. */
export function Header(props: { theme: Theme; onTheme(theme: Theme): void }) {
  const actions = useActions();
  const size = useInspector((state) => state.view.size);
  const latent = useInspector((state) => state.view.latent !== null);
  const choose = useChooseImage();
  const file = useRef<HTMLInputElement>(null);
  const other = props.theme === 'dark' ? 'light' : 'dark';
  return (
    <header className="header">
      <h1 className="wordmark">
        <Logo />
        <span className="wordmark-text">Latent Inspector</span>
      </h1>
      <Boundary what="The choice of models">
        <ModelPicker />
      </Boundary>
      <label className="button strong choose">
        Choose image
        <input
          ref={file}
          type="file"
          accept="image/*"
          className="visually-hidden"
          onChange={(event) => {
            const chosen = event.target.files?.[0];
            if (chosen) choose(chosen).catch(() => {});
            // The same file can be chosen again.
            event.target.value = '';
          }}
        />
      </label>
      <label className="labelled">
        <span className="label size-label">Size</span>
        <select
          className="select"
          value={size}
          disabled={latent}
          title={
            latent
              ? 'A latent from a file has the size that it has'
              : 'Side of the square that is cut from the picture, in pixels'
          }
          onChange={(event) => actions.setSize(Number(event.target.value) as Size).catch(() => {})}
        >
          {SIZES.map((side) => (
            <option key={side} value={side}>
              {side} px
            </option>
          ))}
        </select>
      </label>
      <span className="header-space" />
      <Boundary what="The state of the engine">
        <DeviceChip />
      </Boundary>
      <ShareButton />
      <button
        type="button"
        className="button quiet icon theme"
        title={`Change to the ${other} theme`}
        onClick={() => props.onTheme(other)}
      >
        <ThemeIcon />
        <span className="visually-hidden">Change to the {other} theme</span>
      </button>
    </header>
  );
}

/** A grid of cells of which one is ringed. */
function Logo() {
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

function ThemeIcon() {
  return (
    <svg viewBox="0 0 16 16" width="1.1em" height="1.1em" aria-hidden="true">
      <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor" />
    </svg>
  );
}

import { SIZES, type Size } from '@/session/types';
import { useActions, useInspector } from '../context';
import { DeviceChip } from '../device/DeviceChip';
import { ModelPicker } from '../models/ModelPicker';
import { ShareButton } from '../share/ShareButton';
import { Boundary } from '../trouble/Boundary';
import { ChooseImage } from './ChooseImage';
import { Logo } from './Logo';
import { Places } from './Places';
import { ThemeButton, type ThemeProps } from './ThemeButton';

/** One line: what this is, what it looks at, what computes, and the light. */
export function Header(props: ThemeProps) {
  const actions = useActions();
  const size = useInspector((state) => state.view.size);
  const latent = useInspector((state) => state.view.latent !== null);
  return (
    <header className="header">
      <h1 className="wordmark">
        <Logo />
        <span className="wordmark-text">Latent Inspector</span>
      </h1>
      <Places />
      <Boundary what="The choice of models">
        <ModelPicker />
      </Boundary>
      <ChooseImage />
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
      <ThemeButton {...props} />
    </header>
  );
}

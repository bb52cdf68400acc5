import { ShareButton } from '../share/ShareButton';
import { ChooseImage } from './ChooseImage';
import { Logo } from './Logo';
import { Places } from './Places';
import { ThemeButton, type ThemeProps } from './ThemeButton';

/** One quiet line above the guide. */
export function GuideHeader(props: ThemeProps) {
  return (
    <header className="header header-guide">
      <p className="wordmark">
        <Logo />
        <span className="wordmark-text">Latent Inspector</span>
      </p>
      <Places />
      <span className="header-space" />
      <ChooseImage />
      <ShareButton />
      <ThemeButton {...props} />
    </header>
  );
}

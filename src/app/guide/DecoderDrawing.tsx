import { useMemo } from 'react';
import type { Levels } from '@/latent/types';
import { formatLevels } from '@/measures/effect';
import { useInspector } from '../context';
import { DecodedSquare } from '../panes/DecodedSquare';
import { type Painting, PixelCanvas } from '../parts/PixelCanvas';
import { ARM_OF, type Frozen, useMechanism } from './useMechanism';

/** What is frozen once one of the two has been pressed. */
export function toggled(frozen: Frozen, part: 'norm' | 'attention'): Frozen {
  const norm = (frozen === 'norm' || frozen === 'both') !== (part === 'norm');
  const attention = (frozen === 'attention' || frozen === 'both') !== (part === 'attention');
  return norm && attention ? 'both' : norm ? 'norm' : attention ? 'attention' : 'none';
}

/** The decoder from the cell to the picture. The two parts that see the whole picture are frozen by a click. */
export function DecoderDrawing(props: { frozen: Frozen; onFreeze(frozen: Frozen): void }) {
  const { frozen, onFreeze } = props;
  const blocks = useInspector((state) => state.sides.a.model.info?.config.block_out_channels.length ?? 3);
  const isFrozen = {
    norm: frozen === 'norm' || frozen === 'both',
    attention: frozen === 'attention' || frozen === 'both',
  };
  const button = (part: 'norm' | 'attention', label: string, words: string) => (
    <button
      type="button"
      className={`decoder-part decoder-${part}`}
      data-part={part === 'norm' ? 'groupnorm' : part}
      aria-pressed={isFrozen[part]}
      onClick={() => onFreeze(toggled(frozen, part))}
    >
      <strong>{label}</strong>
      <span>{isFrozen[part] ? 'frozen' : words}</span>
    </button>
  );
  return (
    <div className="decoder" style={{ '--blocks': blocks } as React.CSSProperties}>
      <div className="decoder-row">
        <span className="decoder-end decoder-cell">cell</span>
        <span className="decoder-block decoder-mid">
          middle
          {button('attention', 'Attention', 'every cell looks at every cell')}
        </span>
        {Array.from({ length: blocks }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of a decoder never change their order
          <span key={index} className="decoder-block">
            up {index + 1}
            <small>convolutions: neighbours only</small>
          </span>
        ))}
        <span className="decoder-end">picture</span>
      </div>
      {button('norm', 'GroupNorm, in every block', 'one mean and one variance of the whole picture')}
    </div>
  );
}

/** Words for what is at work. */
const FREEZING: Record<Frozen, string> = {
  none: 'with everything at work',
  norm: 'with GroupNorm frozen',
  attention: 'with attention frozen',
  both: 'with both frozen',
};

/** The picture that is left with parts of the decoder frozen. */
export function FrozenSquare({ frozen }: { frozen: Frozen }) {
  const { result, running, error } = useMechanism();
  const picture = result?.[ARM_OF[frozen]].picture ?? null;
  const painting = useMemo(() => picture && levelsPainting(picture), [picture]);
  // Until it is decoded four ways, what is known already is the way with nothing frozen.
  if (!picture && frozen === 'none') return <DecodedSquare />;
  return (
    <div className="square" role="img" aria-label={`Decoded picture of A ${FREEZING[frozen]}`}>
      <PixelCanvas painting={painting} />
      {!picture && (
        <span className="stamp">
          {error ??
            (running === null
              ? 'waits for the engine'
              : `decoding it four ways, ${Math.round(100 * running)} %`)}
        </span>
      )}
    </div>
  );
}

/** How far that picture moved, far from the cell. */
export function FrozenLine({ frozen, whole }: { frozen: Frozen; whole: number | null }) {
  const { result } = useMechanism();
  const far =
    result?.[ARM_OF[frozen]].change.farRms ?? (frozen === 'none' ? (whole ?? undefined) : undefined);
  const full = result?.full.change.farRms;
  return (
    <>
      <p className="guide-far" data-part="far">
        <strong className="numeric">{far === undefined ? '\u2026' : formatLevels(far)}</strong>{' '}
        <span>levels far from the cell</span>
      </p>
      <p className="muted numeric">
        {FREEZING[frozen]}
        {frozen === 'both' && result && result.beyondReceptiveField !== null && (
          <>
            ; beyond {result.receptiveRadius} cells, which convolutions cannot reach:{' '}
            {result.beyondReceptiveField === 0
              ? 'exactly 0'
              : formatLevels(127.5 * result.beyondReceptiveField)}
          </>
        )}
        {frozen !== 'none' &&
          frozen !== 'both' &&
          full !== undefined &&
          ` (nothing frozen: ${formatLevels(full)})`}
      </p>
    </>
  );
}

function levelsPainting({ width, height, data }: Levels): Painting {
  return {
    width,
    height,
    paint(image) {
      for (let pixel = 0; pixel < width * height; pixel++) {
        for (let colour = 0; colour < 3; colour++) {
          image.data[4 * pixel + colour] = data[3 * pixel + colour] ?? 0;
        }
        image.data[4 * pixel + 3] = 255;
      }
    },
  };
}

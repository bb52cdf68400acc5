import { useMemo } from 'react';
import { formatLevels } from '@/measures/effect';
import { useInspector } from '../context';
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

/** The picture that is left with parts of the decoder frozen, and how far it moved. */
export function FrozenSquare({ frozen }: { frozen: Frozen }) {
  const { result, running, error } = useMechanism();
  const arm = result?.[ARM_OF[frozen]] ?? null;
  const painting = useMemo((): Painting | null => {
    if (!arm) return null;
    const { width, height, data } = arm.picture;
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
  }, [arm]);
  const words = {
    none: 'with everything at work',
    norm: 'with GroupNorm frozen',
    attention: 'with attention frozen',
    both: 'with both frozen',
  }[frozen];
  return (
    <>
      <div className="square" role="img" aria-label={`Decoded picture of A ${words}`}>
        <PixelCanvas painting={painting} />
        {!arm && (
          <span className="stamp">
            {error ??
              (running === null ? 'waits for the engine' : `decoding, ${Math.round(100 * running)} %`)}
          </span>
        )}
      </div>
      <p className="guide-far">
        <strong className="numeric">{arm ? formatLevels(arm.change.farRms) : '…'}</strong>{' '}
        <span>levels far from the cell, {words}</span>
      </p>
    </>
  );
}

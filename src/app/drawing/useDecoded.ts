import { useMemo, useRef } from 'react';
import type { Amplification, Show, SideState } from '@/session/types';
import { enabledEdits, strengthBetween } from '../cell/analysis';
import { useInspector, useLocal } from '../context';
import type { Painting } from '../parts/PixelCanvas';
import { useSide } from '../sides/side';
import { blendPainting, changePainting, picturePainting } from './paintings';

/** The picture that the third pane shows now, and how far it can be trusted. */
export interface Decoded {
  painting: Painting | null;
  /** The picture or map that is really drawn, after the flip. */
  show: Show;
  /** `exact`; `preview`: a straight line between two exact decodes; `old`: made before the last edit. */
  standing: 'exact' | 'preview' | 'old' | 'none';
}

/** The other side of a flip. */
export function flipped(show: Show): Show {
  return show === 'base' ? 'edited' : show === 'control' ? 'base' : show === 'edited' ? 'base' : 'edited';
}

type Parts = Pick<SideState, 'base' | 'edited' | 'control' | 'posterior' | 'edits'> & {
  /** An earlier decode of the same picture that did change something: previews are drawn towards it, too. */
  anchor?: SideState['edited'];
};

/** Chooses the picture for `show` out of what has been decoded so far. */
export function chooseDecoded(parts: Parts, show: Show, amplification: Amplification): Decoded {
  const { base, posterior, edits } = parts;
  if (!base) return { painting: null, show, standing: 'none' };
  if (show === 'base') return { painting: picturePainting(base), show, standing: 'exact' };

  const nothing = enabledEdits(edits).length === 0;
  const isChange = show === 'change' || show === 'control-change';
  if (nothing) {
    const painting = isChange
      ? changePainting(new Float32Array(base.width * base.height), base.width, base.height, amplification)
      : picturePainting(base);
    return { painting, show, standing: 'exact' };
  }

  const result = show === 'control' || show === 'control-change' ? parts.control : parts.edited;
  if (!result || result.value.pixels.width !== base.width) {
    return { painting: isChange ? null : picturePainting(base), show, standing: isChange ? 'none' : 'old' };
  }
  const draw = (strength: number, { pixels, difference } = result.value) =>
    isChange
      ? changePainting(difference, base.width, base.height, amplification * Math.abs(strength))
      : strength === 1
        ? picturePainting(pixels)
        : blendPainting(base, pixels, strength);
  if (result.edits === edits) return { painting: draw(1), show, standing: 'exact' };
  if (posterior && (show === 'edited' || show === 'change')) {
    for (const through of [parts.edited, parts.anchor]) {
      if (!through || through.value.pixels.width !== base.width) continue;
      const strength = strengthBetween(posterior, through.edits, edits);
      if (strength !== null) return { painting: draw(strength, through.value), show, standing: 'preview' };
    }
  }
  return { painting: draw(1), show, standing: 'old' };
}

/** The picture that this side has for the third pane. */
export function useDecoded(): Decoded {
  const base = useSide((side) => side.base);
  const edited = useSide((side) => side.edited);
  const control = useSide((side) => side.control);
  const posterior = useSide((side) => side.posterior);
  const edits = useSide((side) => side.edits);
  const amplification = useInspector((state) => state.view.amplification);
  const wanted = useInspector((state) => state.view.show);
  const held = useLocal((state) => state.held);
  const show = held ? flipped(wanted) : wanted;
  const anchor = useRef<{ base: typeof base; edited: typeof edited }>({ base: null, edited: null });
  if (anchor.current.base !== base) anchor.current = { base, edited: null };
  if (edited && enabledEdits(edited.edits).length > 0) anchor.current.edited = edited;
  return useMemo(
    () =>
      chooseDecoded(
        { base, edited, control, posterior, edits, anchor: anchor.current.edited },
        show,
        amplification,
      ),
    [base, edited, control, posterior, edits, show, amplification],
  );
}

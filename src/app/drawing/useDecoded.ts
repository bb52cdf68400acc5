import { useMemo, useRef } from 'react';
import { type Edit, sameEdits } from '@/edits';
import type { Cell } from '@/latent/types';
import type { Show, SideState } from '@/session/types';
import { enabledEdits, strengthBetween } from '../cell/analysis';
import { useInspector, useLocal } from '../context';
import type { Painting } from '../parts/PixelCanvas';
import { useSide } from '../sides/side';
import { changeEnd } from './changeScale';
import { blendPainting, changePainting, picturePainting } from './paintings';
import { showParts } from './show';

/** The picture that the third pane shows now, and how far it can be trusted. */
export interface Decoded {
  painting: Painting | null;
  /** The picture or map that is really drawn, after the flip. */
  show: Show;
  /**
   * `exact`; `again`: of these very edits, and being computed anew, as where a recording gave way to the engine; `preview`: a straight
   * line between two exact decodes; `old`: of other edits; `without`: of none, as the edited one is not there yet.
   */
  standing: 'exact' | 'again' | 'preview' | 'old' | 'without' | 'none';
  /** The edits that what is drawn was made with: its marks are those of no others. */
  edits: readonly Edit[];
  /** The control cell, where it is drawn. */
  controlCell: Cell | null;
}

/** The other side of a flip. */
export function flipped(show: Show): Show {
  return show === 'base' ? 'edited' : show === 'control' ? 'base' : show === 'edited' ? 'base' : 'edited';
}

type Parts = Pick<SideState, 'base' | 'edited' | 'control' | 'posterior' | 'edits'> & {
  /** An earlier decode of the same picture that did change something: previews are drawn towards it, too. */
  anchor?: SideState['edited'];
};

/**
 * Chooses the picture for `show` out of what has been decoded so far.
 * @param end the levels at which the colours of a change end
 */
export function chooseDecoded(parts: Parts, show: Show, end: number): Decoded {
  const { base, posterior, edits } = parts;
  const own = { show, edits, controlCell: null };
  if (!base) return { ...own, painting: null, standing: 'none' };
  if (show === 'base') return { ...own, painting: picturePainting(base), standing: 'exact' };

  const nothing = enabledEdits(edits).length === 0;
  const isChange = show === 'change' || show === 'control-change';
  if (nothing) {
    const painting = isChange
      ? changePainting(new Float32Array(base.width * base.height), base.width, base.height, end)
      : picturePainting(base);
    return { ...own, painting, standing: 'exact' };
  }

  const isControl = show === 'control' || show === 'control-change';
  const result = isControl ? parts.control : parts.edited;
  if (!result || result.value.pixels.width !== base.width) {
    return isChange
      ? { ...own, painting: null, standing: 'none' }
      : { ...own, painting: picturePainting(base), edits: [], standing: 'without' };
  }
  const made = {
    show,
    edits: result.edits,
    controlCell: isControl ? (parts.control?.value.cell ?? null) : null,
  };
  const draw = (strength: number, { pixels, difference } = result.value) =>
    isChange
      ? changePainting(difference, base.width, base.height, end / Math.abs(strength))
      : strength === 1
        ? picturePainting(pixels)
        : blendPainting(base, pixels, strength);
  if (result.edits === edits) return { ...made, painting: draw(1), standing: 'exact' };
  if (sameEdits(result.edits, edits)) return { ...made, painting: draw(1), standing: 'again' };
  if (posterior && (show === 'edited' || show === 'change')) {
    for (const through of [parts.edited, parts.anchor]) {
      if (!through || through.value.pixels.width !== base.width) continue;
      const strength = strengthBetween(posterior, through.edits, edits);
      if (strength !== null) return { ...own, painting: draw(strength, through.value), standing: 'preview' };
    }
  }
  const isBase = enabledEdits(result.edits).length === 0;
  return { ...made, painting: draw(1), standing: isBase ? 'without' : 'old' };
}

/** The picture that this side has for the third pane. */
export function useDecoded(): Decoded {
  const base = useSide((side) => side.base);
  const edited = useSide((side) => side.edited);
  const control = useSide((side) => side.control);
  const posterior = useSide((side) => side.posterior);
  const edits = useSide((side) => side.edits);
  const end = useChangeEnd();
  const wanted = useInspector((state) => state.view.show);
  const held = useLocal((state) => state.held);
  const show = held ? flipped(wanted) : wanted;
  const anchor = useRef<{ base: typeof base; edited: typeof edited }>({ base: null, edited: null });
  if (anchor.current.base !== base) anchor.current = { base, edited: null };
  if (edited && enabledEdits(edited.edits).length > 0) anchor.current.edited = edited;
  return useMemo(
    () =>
      chooseDecoded({ base, edited, control, posterior, edits, anchor: anchor.current.edited }, show, end),
    [base, edited, control, posterior, edits, show, end],
  );
}

/** The levels at which the colours of a change end, in the panes of both models. */
export function useChangeEnd(): number {
  return useInspector(({ view, sides }) =>
    showParts(view.show).what === 'change'
      ? changeEnd(view.amplification, sides.b ? [sides.a, sides.b] : [sides.a])
      : 255,
  );
}

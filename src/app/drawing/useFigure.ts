import { useContext } from 'react';
import { enabledEdits } from '../cell/analysis';
import { plural } from '../parts/format';
import { SideContext, useSide } from '../sides/side';
import { showParts } from './show';
import { sideStamp } from './sideStamp';
import { type Decoded, useDecoded } from './useDecoded';
import { useReplaced } from './useReplaced';

/** The picture in one side's third pane, with the words for it. */
export interface Figure {
  decoded: Decoded;
  /** A few words for it, after "Base" or "Edited". */
  described: string;
  /** Laid over the square where what is drawn is not what was asked for. */
  stamp: string | null;
  stale: boolean;
}

export function useFigure(): Figure {
  const side = useContext(SideContext);
  const base = useSide((own) => own.base);
  const edits = useSide((own) => own.edits);
  const controlCell = useSide((own) => own.control?.value.cell ?? null);
  const pending = useSide((own) => (side === 'b' || own.noDecoder ? sideStamp(own, 'decoded') : null));
  const decoded = useDecoded();
  const replaced = useReplaced();
  const shown = showParts(decoded.show);
  const count = enabledEdits(edits).length;

  const stamp = {
    exact: null,
    preview: 'preview, until the exact decode is there',
    old: decoded.painting ? 'before the last edit' : 'not decoded yet',
    none: base && 'not decoded yet',
  }[decoded.standing];
  const described = !base
    ? (pending ?? 'not decoded yet')
    : shown.what === 'base'
      ? 'decoded from the latent as it is'
      : shown.whose === 'control'
        ? `the same change at the control cell${controlCell ? `, row ${controlCell.row}, col ${controlCell.col}` : ''}`
        : count === 0
          ? 'nothing is changed yet, so this is the base'
          : decoded.standing === 'old'
            ? 'the new one is not decoded yet'
            : `decoded with ${plural(count, 'edit')}`;
  return {
    decoded,
    described,
    stamp: pending ?? replaced ?? stamp,
    stale: decoded.standing === 'old' || replaced !== null,
  };
}

import { useContext } from 'react';
import { enabledEdits } from '../cell/analysis';
import { plural } from '../parts/format';
import { SideContext, useSide } from '../sides/side';
import { showParts } from './show';
import { sideStamp } from './sideStamp';
import { standingBadge } from './standingWords';
import { type Decoded, useDecoded } from './useDecoded';
import { useReplaced } from './useReplaced';
import { useUpdating } from './useUpdating';

/** The picture in one side's third pane, with the words for it. */
export interface Figure {
  decoded: Decoded;
  /** A few words for it, after "Base" or "Edited". */
  described: string;
  /** Laid over the square where what is drawn is not what was asked for. */
  stamp: string | null;
  /** True where what is drawn is of other edits, or of another model or size. */
  stale: boolean;
  /** True while something newer is on its way. */
  updating: boolean;
}

export function useFigure(): Figure {
  const side = useContext(SideContext);
  const base = useSide((own) => own.base);
  const edits = useSide((own) => own.edits);
  const pending = useSide((own) => (side === 'b' || own.noDecoder ? sideStamp(own, 'decoded') : null));
  const decoded = useDecoded();
  const { controlCell } = decoded;
  const replaced = useReplaced();
  const updating = useUpdating();
  const shown = showParts(decoded.show);
  const count = enabledEdits(edits).length;

  const badge = base ? standingBadge(decoded, updating) : null;
  const described = !base
    ? (pending ?? 'not decoded yet')
    : shown.what === 'base'
      ? 'decoded from the latent as it is'
      : shown.whose === 'control'
        ? `the same change at the control cell${controlCell ? `, row ${controlCell.row}, col ${controlCell.col}` : ''}`
        : count === 0
          ? 'nothing is changed yet, so this is the base'
          : decoded.standing === 'none'
            ? 'not decoded yet'
            : decoded.standing === 'old'
              ? 'still the previous picture'
              : decoded.standing === 'without'
                ? 'still without your edit'
                : `decoded with ${plural(count, 'edit')}`;
  return {
    decoded,
    described,
    stamp: pending ?? replaced ?? badge?.text ?? null,
    stale: replaced !== null || (badge?.old ?? false),
    updating: updating && (badge !== null || replaced !== null),
  };
}

import { useContext } from 'react';
import { enabledEdits } from '../cell/analysis';
import { SideContext, useSide } from '../sides/side';
import { sideStamp } from './sideStamp';
import { describedWords, standingBadge } from './standingWords';
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
  const replaced = useReplaced();
  const updating = useUpdating();
  const badge = base ? standingBadge(decoded, updating) : null;
  const described = base
    ? describedWords(decoded, enabledEdits(edits).length)
    : (pending ?? 'not decoded yet');
  return {
    decoded,
    described,
    stamp: pending ?? replaced ?? badge?.text ?? null,
    stale: replaced !== null || (badge?.old ?? false),
    updating: updating && (badge !== null || replaced !== null),
  };
}

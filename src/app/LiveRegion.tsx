import { useEffect, useRef, useState } from 'react';
import { cellIndex, inGrid, sameCell } from '@/latent/geometry';
import type { Cell, PosteriorData } from '@/latent/types';
import { analysisOf } from './cell/analysis';
import { useInspector } from './context';
import { useEditNews } from './edits/useEditNews';
import { useSentence } from './effect/useSentence';
import { orderedTransfers, transferNews } from './models/transferWords';
import { number } from './parts/format';
import { modelName } from './sides/side';

/** Time without change before it speaks, so that walking over cells does not pile up words. Milliseconds. */
const PAUSE = 350;

/** Words for a cell; none where the latent has no such cell. */
function whereWords(posterior: PosteriorData, cell: Cell): string {
  const { norm, spots } = analysisOf(posterior);
  const length = inGrid(cell, posterior) ? norm[cellIndex(cell, posterior)] : undefined;
  if (length === undefined) return '';
  const standsOut = spots.spots.some((spot) => sameCell(spot.cell, cell));
  return `Row ${cell.row}, column ${cell.col}, |mean| ${number(length)}${standsOut ? ', stands out' : ''}.`;
}

/**
 * Reads to a screen reader: the selected cell, the effect once it is complete, what was undone, removed or switched, and how
 * downloads get on.
 */
export function LiveRegion() {
  const cell = useInspector((state) => state.view.cell);
  const posterior = useInspector((state) => state.sides.a.posterior);
  const { text, complete } = useSentence();
  const news = useTransferNews();
  const edited = useEditNews();
  const where = posterior ? whereWords(posterior, cell) : '';
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(where), PAUSE);
    return () => clearTimeout(timer);
  }, [where]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {settled} {complete ? text : ''} {news} <span key={edited.count}>{edited.words}</span>
    </p>
  );
}

/** The words for downloads: their start, each quarter, their end. */
function useTransferNews(): string {
  const transfers = useInspector((state) => state.transfers);
  const models = useInspector((state) => state.models);
  const under = useRef(false);
  const news = orderedTransfers(transfers).map(([id, transfer]) =>
    transferNews(modelName(models, id), transfer),
  );
  if (news.length > 0) under.current = true;
  return news.length > 0 ? news.join(' ') : under.current ? 'The download has ended.' : '';
}

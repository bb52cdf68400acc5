import { useEffect, useState } from 'react';
import type { InspectorState } from '@/session/types';
import { useInspectorContext } from '../context';
import { editNews } from './editNews';

/** Time after which the words are taken away again, so that nobody reads them later as if they were new. Milliseconds. */
const LASTS = 6000;

const timelineOf = ({ view, past, future }: InspectorState) => ({ edits: view.edits, past, future });

/** The last of the news of the edits; `count` tells it from the same words said before. */
export function useEditNews(): { words: string; count: number } {
  const { store } = useInspectorContext();
  const [news, setNews] = useState({ words: '', count: 0 });
  useEffect(
    () =>
      store.subscribe((state, before) => {
        const words = editNews(timelineOf(before), timelineOf(state));
        if (words) setNews(({ count }) => ({ words, count: count + 1 }));
      }),
    [store],
  );
  useEffect(() => {
    if (!news.words) return;
    const timer = setTimeout(() => setNews(({ count }) => ({ words: '', count })), LASTS);
    return () => clearTimeout(timer);
  }, [news]);
  return news;
}

import { type RefObject, useLayoutEffect, useState } from 'react';

/** Width of an element in fourteenths of its font size, kept up to date; a guess before it is laid out. */
export function useWidth(element: RefObject<Element | null>): number {
  const [width, setWidth] = useState(440);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const observer = new ResizeObserver(() => {
      const pixels = target.getBoundingClientRect().width;
      const font = Number.parseFloat(getComputedStyle(target).fontSize);
      if (pixels > 0 && font > 0) setWidth(Math.max(200, Math.round((pixels / font) * 14)));
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

import { type RefObject, useEffect, useRef } from 'react';
import type { Cell } from '@/latent/types';
import { useInspectorContext } from '../context';

/** Time that the pointer has to stay down before it flips instead of selecting, milliseconds. */
const HOLD = 220;

/** The cell under a point of a frame, or null outside of it. */
export function cellAt(
  x: number,
  y: number,
  frame: { left: number; top: number; width: number; height: number },
  rows: number,
  cols: number,
): Cell | null {
  const col = Math.floor(((x - frame.left) / frame.width) * cols);
  const row = Math.floor(((y - frame.top) / frame.height) * rows);
  return row >= 0 && row < rows && col >= 0 && col < cols ? { row, col } : null;
}

/**
 * Pointing at a pane: moving hovers, a click selects, and where `onHold` is given, a long press flips for
 * as long as it lasts.
 */
export function usePaneCells(
  frame: RefObject<HTMLElement | null>,
  rows: number,
  cols: number,
  onSelect: (cell: Cell) => void,
  onHold?: (held: boolean) => void,
): void {
  const { hover } = useInspectorContext();
  const handlers = useRef({ onSelect, onHold });
  handlers.current = { onSelect, onHold };

  useEffect(() => {
    const element = frame.current;
    if (!element || rows === 0) return;
    let timer = 0;
    let held = false;
    const cellOf = (event: PointerEvent) =>
      cellAt(event.clientX, event.clientY, element.getBoundingClientRect(), rows, cols);
    const move = (event: PointerEvent) => {
      const cell = cellOf(event);
      if (cell) hover.set(cell, { rows, cols });
      else hover.clear();
    };
    const leave = () => {
      hover.clear();
      release();
    };
    const press = (event: PointerEvent) => {
      if (event.button !== 0) return;
      held = false;
      if (!handlers.current.onHold) return;
      timer = window.setTimeout(() => {
        held = true;
        handlers.current.onHold?.(true);
      }, HOLD);
    };
    const release = () => {
      window.clearTimeout(timer);
      if (held) handlers.current.onHold?.(false);
    };
    const click = (event: PointerEvent) => {
      release();
      if (held) {
        held = false;
        return;
      }
      const cell = cellOf(event);
      if (cell) handlers.current.onSelect(cell);
    };
    const menu = (event: Event) => {
      if (held) event.preventDefault();
    };
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('pointerdown', press);
    element.addEventListener('pointercancel', release);
    element.addEventListener('click', click as EventListener);
    element.addEventListener('contextmenu', menu);
    return () => {
      window.clearTimeout(timer);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('pointerdown', press);
      element.removeEventListener('pointercancel', release);
      element.removeEventListener('click', click as EventListener);
      element.removeEventListener('contextmenu', menu);
    };
  }, [frame, rows, cols, hover]);
}

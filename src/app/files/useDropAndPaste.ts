import { type RefObject, useEffect, useState } from 'react';
import { useInspectorContext } from '../context';
import { mishapWords } from '../trouble/listenForErrors';
import { filesOf } from './givenFolder';
import { useOpenFiles } from './useOpenFiles';

/** Pictures and models dropped anywhere on the inspector, and pasted ones. True while something is dragged over it. */
export function useDropAndPaste(root: RefObject<HTMLElement | null>): boolean {
  const { page, local } = useInspectorContext();
  const openFiles = useOpenFiles();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const element = root.current!;
    const target: EventTarget = page ? window : element;
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const allow = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      open(event, event.dataTransfer);
    };
    const open = (event: Event, data: DataTransfer | null) => {
      if (!data || data.files.length === 0) return;
      event.preventDefault();
      // Folders can be asked for only now, and take a while.
      void filesOf(data).then(openFiles, (error) => local.setState({ message: mishapWords(error) }));
    };
    const paste = (event: ClipboardEvent) => open(event, event.clipboardData);
    const listeners = { dragenter: enter, dragleave: leave, dragover: allow, drop, paste };
    for (const [name, listener] of Object.entries(listeners)) {
      target.addEventListener(name, listener as EventListener);
    }
    return () => {
      for (const [name, listener] of Object.entries(listeners)) {
        target.removeEventListener(name, listener as EventListener);
      }
    };
  }, [root, openFiles, page, local]);
  return over;
}

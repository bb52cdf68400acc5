import { useInspector } from '../context';

/** Tells whether anything runs that will put something newer on screen. */
export function useUpdating(): boolean {
  return useInspector(
    ({ activity, device, sides }) =>
      activity !== null ||
      device.status === 'starting' ||
      sides.a.model.status === 'loading' ||
      sides.b?.model.status === 'loading',
  );
}

/** The store's way to record a figure of what is open: in the model on the left, or in both. */

import { InspectorError } from '@/common/errors';
import { importPatiently } from '@/common/importing';
import type { Context } from '../context';
import { pauses } from '../pictures/fitStrips';
import { canCompute } from '../side/side';
import type { Sides } from '../side/sides';
import type { Side } from '../types';
import type { RecordingSubject } from './recording';
import type { RecordingActions } from './types';

export function createRecording({ context, sides }: { context: Context; sides: Sides }): RecordingActions {
  function subjectNow(side: Side): RecordingSubject {
    const study = sides[side].current;
    const { device, view } = context.get();
    const manifest = study && context.models.find(study.model.id)?.manifest;
    if (!study || !manifest) {
      throw new InspectorError('not-found', 'No picture is open yet.', 'Wait until one is, then try again.');
    }
    const { model: info, source, pixels, posterior } = study;
    if (!pixels) {
      throw new InspectorError(
        'not-found',
        'A latent from a file has no picture that a figure could show.',
        'Open a picture, then record it.',
      );
    }
    const { id, title, alt } = source;
    const licence = context.pictures.find((picture) => picture.id === id)?.licence ?? null;
    const backend = device.report?.label ?? 'unknown';
    return {
      info,
      manifest,
      picture: { id, title, alt, licence },
      pixels,
      posterior,
      radius: view.radius,
      backend,
    };
  }

  /** The right side. @throws InspectorError where it does not show the picture of the left one, or not yet */
  function secondNow(): RecordingSubject {
    const [a, b] = [sides.a.current, sides.b.current];
    const shown = context.get().sides.b;
    if (!shown || !canCompute(shown) || a?.source !== b?.source || a?.size !== b?.size) {
      throw new InspectorError(
        'not-found',
        'The second model has not opened this picture yet.',
        'Wait until it has, or record the first one alone.',
      );
    }
    return subjectNow('b');
  }

  return {
    async recordFigure(wish, run = {}) {
      const subject = subjectNow('a');
      const second = wish.both ? secondNow() : null;
      // None of this is needed to look at a picture.
      const [{ recordFigure }, { encodePicture }, { decodePicture }, { createSHA256 }] = await Promise.all([
        importPatiently(() => import('./recording')),
        importPatiently(() => import('./encode')),
        importPatiently(() => import('./decode')),
        importPatiently(() => import('hash-wasm')),
      ]);
      const tools = {
        encode: encodePicture,
        decode: decodePicture,
        // The browser's own is missing where the page is not served securely.
        digest: async (bytes: Uint8Array) => (await createSHA256()).init().update(bytes).digest('hex'),
        pause: pauses(run.signal),
        now: () => new Date(),
      };
      return recordFigure(context.engine, subject, wish, tools, run, second);
    },
  };
}

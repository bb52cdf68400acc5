/** Measuring the device: one measurement at a time, beside what is open. */

import { InspectorError, toPlain } from '@/common/errors';
import type { DeviceMeasurement } from '@/engine/protocol';
import type { Context } from '../context';
import type { ModelLoader } from '../models/modelLoader';
import type { Sides } from '../side/sides';
import type { MeasureActions, MeasureRequest, MeasureState } from './types';

interface Parts {
  context: Context;
  loader: ModelLoader;
  sides: Sides;
}

export function createMeasure({ context, loader, sides }: Parts): {
  actions: MeasureActions;
  stop(): void;
} {
  let running: AbortController | null = null;

  function put(part: Partial<MeasureState>): void {
    context.set({ measure: { ...context.get().measure, ...part } });
  }

  async function measureDevice(request: MeasureRequest): Promise<DeviceMeasurement> {
    running?.abort();
    const controller = new AbortController();
    running = controller;
    const { signal } = controller;
    const begun = { request, startedAt: Date.now() };
    const show = (part: Partial<MeasureState>) => {
      if (running === controller) put(part);
    };
    show({ running: { ...begun, fraction: 0, doing: '' }, error: null });
    // A model that is not open is let go of afterwards.
    const letGo = loader.hold(request.model);
    try {
      if (!context.get().isAtHand(request.model)) throw notAtHand(context.models.nameOf(request.model));
      await loader.load(request.model, { signal, report: () => {} });
      const measurement = await context.engine.measureDevice(request, {
        signal,
        onProgress: (fraction, doing) => show({ running: { ...begun, fraction, doing } }),
      });
      show({ running: null, last: measurement });
      return measurement;
    } catch (error) {
      const plain = toPlain(error);
      show({ running: null, error: plain.code === 'aborted' ? null : plain });
      throw error;
    } finally {
      letGo();
      loader.keepOnly([...sides.a.models, ...sides.b.models]);
      if (running === controller) running = null;
    }
  }

  return {
    actions: { measureDevice, stopMeasuring: () => running?.abort() },
    stop: () => running?.abort(),
  };
}

function notAtHand(name: string): InspectorError {
  return new InspectorError(
    'not-found',
    `${name} is not on this computer, and nothing is downloaded to be measured.`,
    'Choose it under "Model" first, or measure another.',
  );
}

/** A page with nothing on it but the engine's factory, for tests to drive from outside. */
import { createEngine } from '../../../src/engine/client';

export interface Harness {
  createEngine: typeof createEngine;
}

declare global {
  interface Window {
    harness: Harness;
  }
}

window.harness = { createEngine };

/** Memory that a page and its worker hold, after garbage was collected. */
import type { CDPSession, Page } from 'playwright';

export interface Held {
  /** Bytes of JavaScript, of what it refers to outside its heap, and of the DOM. */
  page: number;
  worker: number;
  /** Bytes of WebAssembly's memory; it never shrinks. */
  wasm: number;
  /** Of tfjs, in the worker. */
  tensors: number;
  tensorBytes: number;
  workers: number;
  nodes: number;
  listeners: number;
}

interface HeapUsage {
  usedSize: number;
  embedderHeapUsedSize?: number;
  backingStorageSize?: number;
}

const bytes = ({ usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 }: HeapUsage) =>
  usedSize + embedderHeapUsedSize + backingStorageSize;

export async function held(page: Page, cdp: CDPSession): Promise<Held> {
  await cdp.send('Performance.enable');
  await cdp.send('HeapProfiler.enable');
  // What is let go of by the first may let go of more.
  for (let time = 0; time < 3; time++) await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((each) => each.name === name)?.value ?? Number.NaN;
  const inWorker = await workerHeap(cdp);
  const worker = page.workers().find((each) => /[/#]worker-[^/]*$/.test(each.url()));
  if (!worker) throw new Error('There is no worker.');
  const computing = await worker.evaluate(() => {
    // tfjs keeps its engine in the global scope, under this name.
    const { _tfengine: engine } = self as unknown as {
      _tfengine: {
        memory(): { numTensors: number; numBytes: number };
        backend: { wasm?: { HEAPU8: Uint8Array } };
      };
    };
    const { numTensors, numBytes } = engine.memory();
    return { tensors: numTensors, tensorBytes: numBytes, wasm: engine.backend.wasm?.HEAPU8.length ?? 0 };
  });
  return {
    page: bytes((await cdp.send('Runtime.getHeapUsage')) as HeapUsage),
    worker: bytes(inWorker),
    ...computing,
    // The engine's, and its threads.
    workers: page.workers().length,
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
  };
}

/** Playwright gives no session of a worker, so its messages are carried by the page's. */
async function workerHeap(cdp: CDPSession): Promise<HeapUsage> {
  const attached: { sessionId: string; url: string }[] = [];
  const answers = new Map<number, (answer: unknown) => void>();
  const noteTarget = (event: { sessionId: string; targetInfo: { type: string; url: string } }) =>
    attached.push({ sessionId: event.sessionId, url: event.targetInfo.url });
  const noteAnswer = ({ message }: { message: string }) => {
    const { id, result } = JSON.parse(message) as { id?: number; result?: unknown };
    if (id !== undefined) answers.get(id)?.(result);
  };
  cdp.on('Target.attachedToTarget', noteTarget);
  cdp.on('Target.receivedMessageFromTarget', noteAnswer);
  const auto = { waitForDebuggerOnStart: false, flatten: false };
  try {
    await cdp.send('Target.setAutoAttach', { autoAttach: true, ...auto });
    const found = attached.find(({ url }) => /[/#]worker-[^/]*$/.test(url));
    if (!found) throw new Error('The engine has no worker.');
    let id = 0;
    const ask = (method: string) =>
      new Promise<unknown>((resolve, reject) => {
        id += 1;
        answers.set(id, resolve);
        setTimeout(() => reject(new Error(`The worker does not answer to ${method}.`)), 30_000);
        const message = JSON.stringify({ id, method });
        cdp.send('Target.sendMessageToTarget', { sessionId: found.sessionId, message }).catch(reject);
      });
    for (let time = 0; time < 3; time++) await ask('HeapProfiler.collectGarbage');
    return (await ask('Runtime.getHeapUsage')) as HeapUsage;
  } finally {
    await cdp.send('Target.setAutoAttach', { autoAttach: false, ...auto });
    cdp.off('Target.attachedToTarget', noteTarget);
    cdp.off('Target.receivedMessageFromTarget', noteAnswer);
  }
}

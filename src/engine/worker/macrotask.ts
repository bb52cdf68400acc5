/**
 * Resolves in a task of its own, after messages that have already arrived were handled. A `MessageChannel` is used
 * because nested `setTimeout` is slowed to 4 ms, and because `scheduler.yield` may resume before waiting messages.
 */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}

const waiting: (() => void)[] = [];
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => waiting.shift()?.();

/** Runs `everyLateness` where the engine runs: in a dedicated worker, which may sleep. */
import { everyLateness } from './lateness';

export interface Order {
  threads: number;
  each: number;
  restless: boolean;
}

self.onmessage = ({ data: { threads, each, restless } }: MessageEvent<Order>) => {
  everyLateness(threads, each, restless).then(
    (results) => postMessage({ results }),
    (error) => postMessage({ error: String(error) }),
  );
};

/** The worker's entry: nothing but the host on the worker's own port. */
import { host } from './host';

host(self as unknown as DedicatedWorkerGlobalScope);

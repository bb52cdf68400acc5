/** The entry of a contender's worker in a browser. */
import { browserPlatform } from './browser';
import { serveContender } from './serve';

serveContender(self as unknown as DedicatedWorkerGlobalScope, browserPlatform);

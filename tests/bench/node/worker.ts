/** The entry of a contender's process in Node. */
import { serveContender } from '../contenders/serve';
import { nodePlatform } from './platform';
import { parentPort } from './port';

serveContender(parentPort(), nodePlatform);

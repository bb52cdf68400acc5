/** `npm start [-- --port N]`: installs, builds, serves with the headers that threads need, and prints the address. */
import { parseArgs } from 'node:util';
import { installDependencies, ROOT, requireNode } from './install.mjs';

requireNode();

const port = readPort();
installDependencies();

const { build, preview } = await import('vite');
await build({ root: ROOT, logLevel: 'warn' });
const server = await serve();
console.log(`\nlatent-inspector is ready:\n\n${server.resolvedUrls.local[0]}\n\nPress Ctrl+C to stop.`);

async function serve() {
  try {
    return await preview({
      root: ROOT,
      logLevel: 'warn',
      // A port that was asked for is used or refused; otherwise the next free one from 4173 on.
      preview: { host: 'localhost', port: port ?? 4173, strictPort: port !== null },
    });
  } catch (error) {
    console.error(`Could not serve${port === null ? '' : ` on port ${port}`}: ${error.message}`);
    process.exit(1);
  }
}

function readPort() {
  let value;
  try {
    value = parseArgs({ options: { port: { type: 'string' } } }).values.port;
  } catch (error) {
    console.error(`${error.message}\nUse: npm start -- --port N`);
    process.exit(1);
  }
  if (value === undefined) return null;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    console.error(`--port takes a number from 1 to 65535, not "${value}".`);
    process.exit(1);
  }
  return number;
}

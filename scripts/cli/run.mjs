/** Builds the command once for these sources, and runs it. */
import { pathToFileURL } from 'node:url';
import { ROOT } from '../install.mjs';
import { builtCommand } from './build.mjs';

/** A sentence; where in the program it happened only for whoever asks. */
function explain(error) {
  console.error(`The command cannot be built: ${error.message}`);
  if (process.argv.includes('--debug') || process.env.LATENT_INSPECTOR_DEBUG) console.error(error);
  process.exit(1);
}

const { main } = await import(pathToFileURL(await builtCommand().catch(explain)).href);
process.exitCode = (await main(process.argv.slice(2), ROOT)) || process.exitCode;

/** Builds the command once for these sources, and runs it. */
import { pathToFileURL } from 'node:url';
import { ROOT } from '../install.mjs';
import { builtCommand } from './build.mjs';

const { main } = await import(pathToFileURL(await builtCommand()).href);
process.exitCode = await main(process.argv.slice(2), ROOT);

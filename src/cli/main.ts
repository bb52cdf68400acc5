/** The command line: `latent-inspector report` and `latent-inspector merge`. */
import { version } from '../../package.json';
import { toPlain } from '../errors';
import { mergeArguments, reportArguments } from './arguments';
import { merge } from './merge';
import { report } from './report';
import { USAGE, UsageError } from './usage';

/**
 * @param args what follows the command's name
 * @param root the project's folder
 * @returns the exit code: 0; 1 where something failed; 2 for what the command does not take; 130 after Ctrl+C
 */
export async function main(args: readonly string[], root: string): Promise<number> {
  const [name, ...rest] = args;
  try {
    switch (name) {
      case 'report':
        return await runReport(rest, root);
      case 'merge':
        return await runMerge(rest);
      case 'help':
      case '--help':
      case '-h':
        console.log(USAGE);
        return 0;
      case '--version':
        console.log(version);
        return 0;
      default:
        throw new UsageError(name === undefined ? 'No command was given.' : `There is no command "${name}".`);
    }
  } catch (error) {
    return explain(error);
  }
}

async function runReport(args: readonly string[], root: string): Promise<number> {
  if (asksForHelp(args)) return 0;
  const options = reportArguments(args);
  const { computed, written, stopped } = await report(options, spoken(['report', ...args]), root);
  if (stopped) {
    console.error('Stopped. What was measured is kept; the same command goes on from here.');
    return 130;
  }
  if (computed === 0) console.log('Everything was there already; nothing was computed.');
  console.log(written.join('\n'));
  return 0;
}

async function runMerge(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) return 0;
  const { rows, written } = await merge(mergeArguments(args), spoken(['merge', ...args]));
  console.log(`${rows} measurements`);
  console.log(written.join('\n'));
  return 0;
}

function asksForHelp(args: readonly string[]): boolean {
  const asked = args.includes('--help') || args.includes('-h');
  if (asked) console.log(USAGE);
  return asked;
}

function explain(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`${error.message}\nSee: npx latent-inspector --help`);
    return 2;
  }
  const { code, message, advice, cause } = toPlain(error);
  if (code === 'internal') console.error(error);
  else
    console.error([message, advice, code === 'no-backend' ? '' : (cause ?? '')].filter(Boolean).join('\n'));
  return 1;
}

/** A shell makes thousands of words of a pattern. */
const LONGEST_COMMAND = 4000;

/** The command as it would be typed; of a very long one, both ends. */
function spoken(args: readonly string[]): string {
  const quoted = args.map((arg) =>
    /^[\w./:=,@%+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`,
  );
  const command = `latent-inspector ${quoted.join(' ')}`;
  const half = LONGEST_COMMAND / 2;
  return command.length <= LONGEST_COMMAND ? command : `${command.slice(0, half)} … ${command.slice(-half)}`;
}

/** The command line: `latent-inspector report` and `latent-inspector merge`. */

import { InspectorError, toPlain } from '@/common/errors';
import { type Missing, missingWords } from '@/report/missing';
import { version } from '../../package.json';
import { mergeArguments, reportArguments } from './arguments';
import { merge } from './merge';
import { survivePipes } from './output';
import { report } from './report';
import { isSystem, reasonOf, systemError } from './trouble';
import { USAGE, UsageError } from './usage';

/** Exit codes: part of the command's public face, see `usage.ts`. */
const DONE = 0;
const FAILED = 1;
const INCOMPLETE = 3;

/**
 * @param args what follows the command's name
 * @param root the project's folder
 * @returns the exit code, as `USAGE` says
 */
export async function main(args: readonly string[], root: string): Promise<number> {
  const debug = args.includes('--debug') || Boolean(process.env.LATENT_INSPECTOR_DEBUG);
  const [name, ...rest] = args.filter((arg) => arg !== '--debug');
  let lost = false;
  survivePipes((error) => {
    lost = true;
    // Also where that shows only after the end.
    process.exitCode ||= FAILED;
    console.error(`What the command says cannot be written${reasonOf(error)}.`);
  });
  // Nothing is thrown where nobody waits; if it is all the same, it is said as everything else.
  const last = (error: unknown) => process.exit(explain(error, debug));
  process.on('uncaughtException', last).on('unhandledRejection', last);
  try {
    const code = await run(name, rest, root);
    return code === DONE && lost ? FAILED : code;
  } catch (error) {
    return explain(error, debug);
  }
}

async function run(name: string | undefined, rest: readonly string[], root: string): Promise<number> {
  switch (name) {
    case 'report':
      return await runReport(rest, root);
    case 'merge':
      return await runMerge(rest);
    case 'help':
    case '--help':
    case '-h':
      console.log(USAGE);
      return DONE;
    case '--version':
      console.log(version);
      return DONE;
    default:
      throw new UsageError(name === undefined ? 'No command was given.' : `There is no command "${name}".`);
  }
}

async function runReport(args: readonly string[], root: string): Promise<number> {
  if (asksForHelp(args)) return DONE;
  const options = reportArguments(args);
  const outcome = await report(options, spoken(['report', ...args]), root);
  tellRemarks(outcome.remarks);
  tellFailures(outcome.failed);
  if (outcome.stopped !== null) {
    console.error('Stopped. What was measured is kept; the same command goes on from here.');
    return outcome.stopped;
  }
  if (outcome.computed === 0) console.log('Everything was there already; nothing was computed.');
  console.log(outcome.written.join('\n'));
  return outcome.failed.length > 0 || outcome.closed > 0 ? INCOMPLETE : DONE;
}

async function runMerge(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) return DONE;
  const { rows, before, aside, missing, failed, remarks, lacking, written } = await merge(
    mergeArguments(args),
    spoken(['merge', ...args]),
  );
  for (const words of missingWords(missing)) console.error(`Missing: ${words}`);
  tellRemarks(remarks);
  tellFailures(failed);
  const there = before > 0 ? `, ${before} of them from before, in the folder of results` : '';
  console.log(`${rows === 1 ? 'One measurement' : `${rows} measurements`}${there}`);
  for (const path of aside) console.log(`What was there before is kept in ${path}`);
  console.log(written.join('\n'));
  return failed.length > 0 || lacking ? INCOMPLETE : DONE;
}

function tellRemarks(remarks: readonly string[]): void {
  for (const remark of remarks) console.error(`Note: ${remark}`);
}

/** So many failures are told one by one; all are in the report. */
const MAX_FAILURES = 20;

function tellFailures(failed: readonly Missing[]): void {
  if (failed.length === 0) return;
  console.error(`${failed.length === 1 ? 'One measurement' : `${failed.length} measurements`} failed:`);
  for (const { picture, model, size, why } of failed.slice(0, MAX_FAILURES)) {
    console.error(`  ${picture}, ${model} at ${size} pixels: ${why}`);
  }
  const more = failed.length - MAX_FAILURES;
  if (more > 0) console.error(`  and ${more} more: see the list in the report`);
  const they = failed.length === 1 ? 'It is' : 'They are';
  console.error(`${they} tried again when the same command is given again.`);
}

function asksForHelp(args: readonly string[]): boolean {
  const asked = args.includes('--help') || args.includes('-h');
  if (asked) console.log(USAGE);
  return asked;
}

/** @param debug also where in the program it happened, for whoever mends it */
function explain(error: unknown, debug: boolean): number {
  if (error instanceof UsageError) {
    console.error(`${error.message}\nSee: npx latent-inspector --help`);
    return 2;
  }
  const known = error instanceof InspectorError ? error : systemError(error);
  if (known) {
    const { advice, message, code } = known;
    const { cause } = toPlain(known);
    // The sentence has what the system said already, and a driver's words would only hide the advice.
    const detail = known === error && code !== 'no-backend' && !isSystem(known.cause) ? cause : '';
    const isSaid = detail && message.includes(detail.replace(/[.\s]*$/, ''));
    console.error([message, advice, isSaid ? '' : detail].filter(Boolean).join('\n'));
  } else {
    const { message } = toPlain(error);
    console.error(
      `Something went wrong that this command did not foresee: ${message}\nWhat was measured is kept. Add --debug to see where it happened, and report it with that.`,
    );
  }
  if (debug) console.error(error);
  return FAILED;
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

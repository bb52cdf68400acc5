/** Usage of the command, in words, and the error for what it does not take. */
export const USAGE = `latent-inspector: does one cell of a latent carry news about the whole picture?

  npx latent-inspector report PICTURES... --model ID|FILE[,...] --out DIR [options]
  npx latent-inspector merge DIR... --out DIR

report measures each picture in each model at each size, and writes report.html, report.csv and
report.json into DIR. Given again, it goes on where it was stopped, and tries again what failed.

  PICTURES            files or folders (PNG, JPEG, WebP); files of one name get their folders' names
  --model ID|FILE     models of this instrument (mini-planted, mini-emergent, mini-clean), or
                      .safetensors files, with a comma between them or each with its own --model;
                      NAME=FILE gives one a name
  --size N[,N...]     sides of the pictures in pixels; 512 where it is left out
  --out DIR           where the results go; one process at a time
  --mechanism         also by which path changes travel (a third longer)
  --spot ROW,COL      a cell that is measured too, whatever its scores, where the latent has it
  --shard I/N         only every N-th measurement, from the I-th on (1 to N), for N computers
  --backend NAME      wasm (one thread) or webgpu (needs the package "webgpu"); wasm by default

merge puts the results of several shards into one report: the same as of one run. What DIR holds
already stays part of it.

  --replace           puts aside what DIR holds, under another name in DIR

  --debug             of an error also where in the program it happened (also LATENT_INSPECTOR_DEBUG=1)

Exit codes: 0 everything was measured; 1 an error ended the command; 2 it was called wrongly; 3 it came
to its end, but some measurements failed, or a folder or rows to be merged could not be read (listed on
stderr and in the report); 130 stopped by Ctrl+C; 143 by SIGTERM.
`;

/** The command was given what it does not take: exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

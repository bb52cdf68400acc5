/** The output of the command for people and pipes, and what becomes of it where nobody reads it. */

/**
 * Lets the command go on where whoever read its output has ended (`| head`): what it writes then goes nowhere, and the exit code
 * says how the work itself ended. Output that a full disk does not take is a failure.
 * @param onLost told once, with what the system says
 */
export function survivePipes(onLost: (error: Error) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    let lost = false;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (lost || error.code === 'EPIPE') return;
      lost = true;
      onLost(error);
    });
  }
}

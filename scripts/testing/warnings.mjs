/** Lines in which a tool or a test warns of something. A run with one fails, as nobody reads what passes. */

/** Warnings of Node, vitest, vite, rolldown, npm and React, each in its way. */
const WARNINGS = [
  // (node:1234) MaxListenersExceededWarning: …, (node:1234) [DEP0137] DeprecationWarning: …
  /^\(node:\d+\).*Warning: /,
  // What a test, or what it tests, wrote to the console as a warning or an error.
  /^stderr \| /,
  /not wrapped in act\(/,
  /^\s*(?:\[?vite\]?|vitest)\b.*\b(?:warning|deprecated)\b/i,
  /^\s*(?:\(!\)|\[plugin [^\]]+\]|\[[A-Z_]+\] Warning|warning\b|npm warn\b)/i,
  /doesn't exist at build time/,
  /\bUnhandled (?:Errors?|Rejections?)\b/,
  /^\s*(?:⚠|▲ \[WARNING\])/,
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour a terminal begin with one.
const COLOURS = /\u001b\[[0-9;]*m/g;

/** @param {string} text what a step printed; @returns {string[]} its lines that warn, each once, as a person would read them */
export function warningsIn(text) {
  const lines = text.replace(COLOURS, '').split(/\r?\n/);
  return [...new Set(lines.filter((line) => WARNINGS.some((pattern) => pattern.test(line))))];
}

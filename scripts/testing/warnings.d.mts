/** Lines of what a step printed that warn, each once, without colours. */
export function warningsIn(text: string): string[];

/** Entries by name, `.js` left out, and their sources; written into a folder. */
export function bundleForNode(entries: Record<string, string>, outDir: string): Promise<void>;

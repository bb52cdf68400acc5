/** Address of the page's static files. In the package they are somewhere else (element/packaged/site.ts). */

const script: string = import.meta.url;

// In development this script lies where it does in the sources; in a build all scripts lie in one folder beside the page.
const UP = new URL(script).pathname.endsWith('/src/element/site.ts') ? '../..' : '..';

/** Absolute address of the folder that holds the page and its static files. */
export const SITE = new URL(UP, script).href;

/** Absolute address of a file of `public/`, as `pictures/chart.webp`. */
export function staticFile(path: string): string {
  return new URL(path, SITE).href;
}

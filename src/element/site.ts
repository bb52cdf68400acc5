/** Address of the page's static files. In the package they are somewhere else (element/packaged/site.ts). */

// The scripts lie one folder below the page, both in development (src) and in a build (assets).
const script: string = import.meta.url;

/** Absolute address of the folder that holds the page and its static files. */
export const SITE = new URL('..', script).href;

/** Absolute address of a file of `public/`, as `pictures/chart.webp`. */
export function staticFile(path: string): string {
  return new URL(path, SITE).href;
}

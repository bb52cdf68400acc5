/**
 * Takes the place of src/element/site.ts in the package: each file has an address of its own that a bundler can see and follow, so
 * that an author's build finds the pictures wherever it puts them.
 */
const FOLDER = '../../../public/';

const files = import.meta.glob<string>(['../../../public/pictures/*.webp', '../../../public/recordings/*'], {
  query: '?url',
  import: 'default',
  eager: true,
});

/** Address of the page: nothing is looked up beside the package but what `staticFile` knows. */
export const SITE: string = document.baseURI;

/** Absolute address of a file of `public/`, as `pictures/chart.webp`. */
export function staticFile(path: string): string {
  const address = files[FOLDER + path];
  if (address === undefined) throw new Error(`The package has no file ${path}.`);
  return address;
}

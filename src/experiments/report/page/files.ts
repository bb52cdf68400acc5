/** Pictures for a report, from the visitor's files and folders and from the page's own. */

import { isPicture } from '@/app/files/givenKinds';
import { downloadPicture } from '@/session/pictures/pictures';
import type { ReportPicture } from '@/session/report/types';
import type { StartingPicture } from '@/session/types';

/** Files that were chosen one by one keep their names, whatever they are: what is no picture is said so in the report. */
export function picturesOf(files: readonly File[]): ReportPicture[] {
  return files.map((file) => ({ name: file.name, file }));
}

/** The pictures of a folder, at any depth, named as the command line names them: by their path within it. */
export function picturesOfFolder(files: readonly File[]): ReportPicture[] {
  return files
    .filter(isPicture)
    .map((file) => ({ name: file.webkitRelativePath.replace(/^[^/]*\//, '') || file.name, file }));
}

/** The page's own pictures, under their ids. */
export async function startingPictures(pictures: readonly StartingPicture[]): Promise<ReportPicture[]> {
  return Promise.all(pictures.map(async ({ id, file }) => ({ name: id, file: await downloadPicture(file) })));
}

/**
 * Adds pictures. One under a name that is there already takes its place if it is the same file again, as far as a browser tells;
 * else it is told apart by its folder, or by a number.
 */
export function addPictures(
  before: readonly ReportPicture[],
  more: readonly ReportPicture[],
): ReportPicture[] {
  const all = new Map(before.map((picture) => [picture.name, picture]));
  for (const picture of more) {
    const name = freeName(picture, (taken) => {
      const other = all.get(taken);
      return other === undefined || isSame(other.file, picture.file);
    });
    all.set(name, { ...picture, name });
  }
  return [...all.values()];
}

function freeName({ name, file }: ReportPicture, isFree: (name: string) => boolean): string {
  const path = (file instanceof File && file.webkitRelativePath) || name;
  for (const candidate of [name, path]) if (isFree(candidate)) return candidate;
  for (let number = 2; ; number++) if (isFree(`${path} (${number})`)) return `${path} (${number})`;
}

function isSame(a: Blob, b: Blob): boolean {
  if (!(a instanceof File && b instanceof File)) return true;
  const factsOf = ({ name, webkitRelativePath, size, lastModified }: File) =>
    JSON.stringify([name, webkitRelativePath, size, lastModified]);
  return factsOf(a) === factsOf(b);
}

/** Pictures for a report, from the visitor's files and folders and from the page's own. */
import { downloadPicture } from '../../state/pictures';
import type { ReportPicture } from '../../state/report/types';
import type { StartingPicture } from '../../state/types';
import { isPicture } from '../givenKinds';

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

/** What is added under a name that is there already takes its place. */
export function addPictures(
  before: readonly ReportPicture[],
  more: readonly ReportPicture[],
): ReportPicture[] {
  const all = new Map([...before, ...more].map((picture) => [picture.name, picture]));
  return [...all.values()];
}

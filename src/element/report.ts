/** Makes a script's request for a report into what the store takes: pictures may be files, starting pictures or addresses. */
import { InspectorError } from '@/common/errors';
import { downloadPicture } from '@/session/pictures/pictures';
import type { ReportPicture, ReportRequest } from '@/session/report/types';
import type { InspectorStore } from '@/session/types';

export interface ElementReportOptions {
  /** Files, ids of starting pictures, or addresses. Two pictures of one name are refused. */
  pictures: readonly (Blob | string)[];
  /** Ids; by default of what is open. Nothing is downloaded. */
  models?: readonly string[];
  /** Sides of the square, pixels; by default the open one. */
  sizes?: readonly number[];
  mechanism?: boolean;
}

/** @throws InspectorError `network` or `not-found` for a picture that cannot be downloaded */
export async function reportRequest(
  { view, pictures: starting }: Pick<InspectorStore, 'view' | 'pictures'>,
  { pictures = [], models, sizes, mechanism = false }: Partial<ElementReportOptions>,
  signal: AbortSignal | undefined,
): Promise<ReportRequest> {
  const read: ReportPicture[] = [];
  for (const [at, picture] of pictures.entries()) {
    if (typeof picture !== 'string') {
      read.push({ name: picture instanceof File ? picture.name : `picture ${at + 1}`, file: picture });
      continue;
    }
    const known = starting.find(({ id }) => id === picture);
    const url = addressOf(known?.file ?? picture);
    const name = known || /^https?:$/.test(url.protocol) ? picture : `picture ${at + 1}`;
    read.push({ name, file: await downloadPicture(url.href, signal) });
  }
  return {
    pictures: read,
    models: models ?? [view.model, ...(view.compare === null ? [] : [view.compare])],
    sizes: sizes ?? [view.size],
    mechanism,
  };
}

function addressOf(text: string): URL {
  try {
    return new URL(text, document.baseURI);
  } catch (cause) {
    throw new InspectorError('not-found', `"${text}" is no address of a picture.`, '', { cause });
  }
}

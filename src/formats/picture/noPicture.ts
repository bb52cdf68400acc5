/** Tells what a file is that was given as a picture and is none. */
import { InspectorError } from '@/common/errors';
import { notOpened } from '../picture';
import { sniff } from '../sniff';
import { changedBytes } from '../textTransfer';
import { changedWebp } from './sentAsText';

/** Number of bytes that tell all kinds of files apart. */
const HEAD = 4096;

/** So much of any other file tells whether it was sent as text. */
const SAMPLE = 1 << 16;

/** The refusal of a file whose bytes are no picture's: by what it is, where that is known. */
export function noPicture(bytes: Uint8Array): InspectorError {
  const found = sniff(bytes.subarray(0, HEAD), bytes.length);
  const transfer = found ? null : changedBytes(bytes.subarray(0, SAMPLE));
  const webp = changedWebp(bytes);
  if (webp) return new InspectorError('bad-image', `This is a WebP picture that ${webp.what}.`, webp.advice);
  if (transfer) return new InspectorError('bad-image', `This file ${transfer.what}.`, transfer.advice);
  if (!found || found.kind === 'picture' || found.kind === 'svg') return notOpened('unknown', '');
  const isNamed = found.advice !== '' && found.kind !== 'text';
  return new InspectorError(
    'bad-image',
    `This file is ${found.what}${isNamed ? '' : ', not a picture'}.`,
    isNamed ? found.advice : 'Choose a JPEG, PNG or WebP file.',
  );
}

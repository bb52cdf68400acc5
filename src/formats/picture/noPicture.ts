/** What a file is that was given as a picture and is none. */
import { InspectorError } from '../../errors';
import { notOpened } from '../picture';
import { sniff } from '../sniff';

/** As many bytes as tell all kinds of files apart. */
const HEAD = 4096;

/** The refusal of a file whose bytes are no picture's: by what it is, where that is known. */
export function noPicture(bytes: Uint8Array): InspectorError {
  const found = sniff(bytes.subarray(0, HEAD), bytes.length);
  if (!found || found.kind === 'picture' || found.kind === 'svg') return notOpened('unknown', '');
  const isNamed = found.advice !== '' && found.kind !== 'text';
  return new InspectorError(
    'bad-image',
    `This file is ${found.what}${isNamed ? '' : ', not a picture'}.`,
    isNamed ? found.advice : 'Choose a JPEG, PNG or WebP file.',
  );
}

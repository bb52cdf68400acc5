import { InspectorError } from '@/common/errors';

/** The error of a call on a study that nobody has opened, or that was closed. */
export function notOpen(): InspectorError {
  return new InspectorError('not-found', 'This picture is not open.', 'Open it again.');
}

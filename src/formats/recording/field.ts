/** The fields of a recording, and how one is refused that cannot be read. */
import { InspectorError } from '@/common/errors';
import { Field } from '@/common/jsonFields';

/** The refusal of a recording; `problem` says what in it cannot be read, and where. */
export function unreadable(problem: string): InspectorError {
  return new InspectorError(
    'bad-file',
    `The recording cannot be read: ${problem}`,
    'Record it again, or choose another file.',
  );
}

export function headerFields(json: unknown): Field {
  return new Field(json, { whole: 'its header', error: unreadable });
}

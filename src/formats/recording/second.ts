/** The second model of a recording, as a recording of its own: whatever plays the first plays it too. */
import type { RecordingSource } from './pictures';
import { PARTS, SECOND } from './recording';

const OWN: readonly string[] = [PARTS.base, PARTS.mean, PARTS.rawLogvar, PARTS.profiles];

/** The second model's recording, on the first one's picture; null where there is one model alone. */
export function secondOf(source: RecordingSource): RecordingSource | null {
  const { second, ...recording } = source.recording;
  if (!second) return null;
  const { errors, ...own } = second;
  const rawLogvar = errors.rawLogvar ?? Number.NaN;
  return {
    recording: { ...recording, ...own, errors: { ...recording.errors, ...errors, rawLogvar } },
    lacksLogvar: errors.rawLogvar === null,
    // Its images are named in its header as they are in the file.
    part: (name) => source.part(OWN.includes(name) ? SECOND + name : name),
    decode: source.decode,
  };
}

/** Runs that come from outside, looked at field by field as rows are. */
import type { Field } from '@/common/jsonFields';
import type { NamedPicture } from './pictures';
import { fieldsOf, readCell, readHash, readModelKey, readSettings, requirePlain } from './readRow';
import type { ReportRun } from './run';

const LONGEST_TEXT = 20_000;
const MAX_MODELS = 10_000;
/** Pictures, and names of pictures. */
const MAX_NAMES = 1_000_000;
const MAX_SIZES = 10_000;
/** Each that is not there is named. */
const MAX_SHARDS = 1_000_000;
const MAX_COUNT = Number.MAX_SAFE_INTEGER;

/**
 * A run as it is, also with fields that this version does not know.
 * @param readAsked what was asked for, which files keep in a shorter form
 * @throws UnreadableField naming the first field that is of a wrong type or out of its range
 */
export function readRun(value: unknown, readAsked: (field: Field) => void = readFullAsked): ReportRun {
  const run = fieldsOf(value, 'the run');
  requirePlain(run);
  readSettings(run);
  run.get('date').matching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'a date (ISO 8601)');
  for (const name of ['command', 'device', 'environment']) run.get(name).text(LONGEST_TEXT);
  const count = run.get('shard').get('count').integer(1, MAX_SHARDS);
  run.get('shard').get('index').integer(1, count);
  run.get('units').integer(0, MAX_COUNT);
  run.get('models').list(MAX_MODELS, readModel);
  run.get('copies').list(MAX_NAMES, (copy) => {
    copy.get('name').text(LONGEST_TEXT);
    copy.get('sameAs').text(LONGEST_TEXT);
  });
  run.get('asked').optional(readAsked);
  run.get('unread').optional((unread) =>
    unread.list(MAX_NAMES, (file) => {
      file.get('name').text(LONGEST_TEXT);
      file.get('why').text(LONGEST_TEXT);
    }),
  );
  return value as ReportRun;
}

/** A list of pictures by name and content. */
export function readPictures(field: Field): NamedPicture[] {
  return field.list(MAX_NAMES, (picture) => ({
    name: picture.get('name').text(LONGEST_TEXT),
    sha256: picture.get('sha256').orNull(readHash),
  }));
}

export function readSizes(field: Field): number[] {
  return field.list(MAX_SIZES, (size) => size.integer(1, MAX_COUNT));
}

function readFullAsked(asked: Field): void {
  readPictures(asked.get('pictures'));
  readSizes(asked.get('sizes'));
  asked.get('models').optional((models) =>
    models.list(MAX_MODELS, (model) => {
      readModelKey(model);
      model.get('spot').orNull(readCell);
    }),
  );
}

function readModel(model: Field): void {
  readModelKey(model);
  for (const name of ['name', 'file']) model.get(name).text(LONGEST_TEXT);
  model.get('config').object();
  model.get('parameters').atLeastZero();
  model.get('spot').orNull(readCell);
  model.get('notes').list(MAX_MODELS, (note) => note.text(LONGEST_TEXT));
}

export * from './apply';
export { atCell } from './atCell';
export { type Asked, type Field, LARGEST_VALUE, readCell, writeCell } from './fields';
export { plainEdit } from './json';
export type { AnyEditDefinition } from './kinds';
export {
  EDIT_DEFINITIONS,
  EDIT_KINDS,
  type Edit,
  type EditKind,
  editDefinition,
  editText,
  isEditKind,
} from './kinds';
export { fieldsOf } from './mapFields';
export * from './move';
export { sameEdits } from './sameEdits';
export { readEdit, unknownKind, writeEdit } from './text';
export * from './translate';
export * from './validate';

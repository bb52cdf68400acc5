import { expect, test } from 'vitest';
import { addModal, createLocal } from '@/app/local';

const dialog = () => ({}) as HTMLElement;

test.each([
  ['the lower first', [0, 1]],
  ['the upper first', [1, 0]],
])('after two dialogs were closed, %s, none is on top', (_, order) => {
  const local = createLocal();
  const dialogs = [dialog(), dialog()];
  const closings = dialogs.map((each) => addModal(local, each));
  expect(local.getState().modals.at(-1)).toBe(dialogs[1]);
  closings[order[0]]();
  expect(local.getState().modals).toEqual([dialogs[order[1]]]);
  closings[order[1]]();
  expect(local.getState().modals).toEqual([]);
});

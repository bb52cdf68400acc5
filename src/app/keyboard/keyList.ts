/** All keys of the lab bench, by where they count. */
interface KeyGroup {
  where: string;
  keys: readonly (readonly [keys: string, words: string])[];
}

export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    where: 'In the latent',
    keys: [
      ['Arrow keys', 'move by one cell'],
      ['Shift and arrow keys, Page Up, Page Down', 'move by eight cells'],
      ['Home, End', 'go to the ends of the row'],
      ['Ctrl and Home, Ctrl and End', 'go to the first and the last cell'],
      ['Enter', 'repeats the last edit at this cell; heals it where there is no edit yet'],
    ],
  },
  {
    where: 'On \u201cHold to flip\u201d',
    keys: [['Space or Enter, held', 'shows the picture without your edits']],
  },
  {
    where: 'Anywhere but in a text field or dialog',
    keys: [
      ['Ctrl and Z', 'undoes (\u2318 and Z on a Mac)'],
      ['Ctrl, Shift and Z', 'redoes'],
      ['Esc', 'closes a panel or dialog; gives up a swap'],
    ],
  },
];

/** Keys without Ctrl, which can be switched off: speech input and stray presses would set them off. */
export const SINGLE_KEYS: KeyGroup = {
  where: 'Single keys',
  keys: [
    ['Z', 'undoes'],
    ['Shift and Z', 'redoes'],
    ['[ and ]', 'step through the spots'],
    ['?', 'opens this list'],
  ],
};

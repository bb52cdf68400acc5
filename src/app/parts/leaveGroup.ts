/**
 * Takes a radio button out of its group before it goes, as its `ref`. Chromium else keeps the buttons of a shadow tree, with all
 * that they stood in, for as long as that tree lives.
 */
export const leaveGroup = (radio: HTMLInputElement) => () => radio.removeAttribute('name');

import { describe, expect, it } from 'vitest';
import { playable } from '@/app/bench/useExample';
import { replacedWords } from '@/app/drawing/useReplaced';
import { comparisonOf, isComplete, sentenceOf } from '@/app/effect/sentences';
import type { EffectView } from '@/app/effect/useEffectView';
import { cameraMessage } from '@/app/panes/Camera';
import { activityWords, stalled } from '@/app/StatusLine';
import type { Edit } from '@/edits';
import { editText } from '@/edits';
import { readAttributes, readCell } from '@/element/attributes';
import { NO_CHANGE } from '@/measures/change';
import type { ExampleState } from '@/session/types';

describe('the sentence', () => {
  const change = { ...NO_CHANGE, profile: new Array(20).fill(1) };
  const view: EffectView = {
    own: { ...change, nearRms: 20, farRms: 9.3 },
    control: { ...change, nearRms: 15, farRms: 0.2, cell: { row: 9, col: 9 } },
    ownOld: false,
    controlOld: false,
    ownCells: 1,
    missing: null,
    cells: 1,
    radius: 4,
  };

  it('follows from the numbers of the edit and of its control', () => {
    expect(sentenceOf(view)).toBe(
      'Changing this one cell moved the far picture by 9.3 levels; the same change at an ordinary cell moved it by 0.2.',
    );
  });

  it('does not speak of one number without the other', () => {
    const waiting =
      'Changing this one cell moved the far picture by 9.3 levels. The same change at an ordinary cell is not decoded yet.';
    expect(sentenceOf({ ...view, control: null })).toBe(waiting);
    expect(sentenceOf({ ...view, controlOld: true })).toBe(waiting);
    expect(sentenceOf({ ...view, own: null })).toBe('This change is not decoded yet.');
    expect(sentenceOf({ ...view, control: null, missing: 'No cell is far enough away.' })).toContain('9.3');
  });

  it('speaks of as many cells as its numbers belong to, not of those edited since', () => {
    expect(sentenceOf({ ...view, cells: 2, ownOld: true, controlOld: true })).toContain(
      'this one cell moved',
    );
    expect(sentenceOf({ ...view, ownCells: 0, ownOld: true })).toBe('This change is not decoded yet.');
  });

  it('invites where nothing is changed', () => {
    expect(sentenceOf({ ...view, cells: 0 })).toContain('Nothing is changed');
  });

  describe('of two models', () => {
    const names = { a: 'Mini, planted', b: 'Mini, clean' };
    const b: EffectView = {
      ...view,
      own: { ...change, nearRms: 14, farRms: 0.3 },
      control: { ...change, nearRms: 15, farRms: 0.25, cell: { row: 9, col: 9 } },
    };

    it('has both names, both numbers and both controls', () => {
      const text = comparisonOf({ a: view, b }, names, null);
      for (const part of ['Mini, planted', 'Mini, clean', '9.3', '0.2', '0.3', '0.25'])
        expect(text).toContain(part);
    });

    it('never sets numbers of earlier edits beside those of the current ones', () => {
      const text = comparisonOf({ a: view, b: { ...b, ownOld: true, controlOld: true } }, names, null);
      expect(text).toContain('9.3');
      expect(text).not.toContain('0.3');
      expect(text).toContain('not decoded yet');
    });

    it('says nothing of a model that is still being opened, but that it is', () => {
      const nothing = { ...b, own: null, control: null, cells: 0, ownCells: 0 };
      const text = comparisonOf({ a: view, b: nothing }, names, null, 'is still loading');
      expect(text).toBe(
        'In Mini, planted the change moves the far picture by 9.3 levels (at an ordinary cell 0.2). Mini, clean is still loading.',
      );
      expect(text).not.toContain('nothing is changed');
    });

    it('says what could not be carried, and invites where nothing is changed', () => {
      expect(comparisonOf({ a: view, b }, names, 'One edit was left out.')).toContain(
        'One edit was left out.',
      );
      expect(comparisonOf({ a: { ...view, cells: 0 }, b }, names, null)).toContain('in each model');
    });
  });

  it('is complete once the control is there, or cannot be', () => {
    expect(isComplete(view)).toBe(true);
    expect(isComplete({ ...view, control: null })).toBe(false);
    expect(isComplete({ ...view, control: null, missing: 'No cell is far enough away.' })).toBe(true);
    expect(isComplete({ ...view, ownOld: true })).toBe(false);
    expect(isComplete({ ...view, controlOld: true })).toBe(false);
    expect(isComplete({ ...view, cells: 0 })).toBe(false);
  });
});

describe('what is being done', () => {
  const activity = { doing: 'Decoding on the CPU', fraction: null, expectedSeconds: null, startedAt: 0 };
  it('says how long it takes where that is known, else how far it is', () => {
    expect(activityWords({ ...activity, expectedSeconds: 2.1 })).toBe('Decoding on the CPU, about 2 s');
    expect(activityWords({ ...activity, fraction: 0.453 })).toBe('Decoding on the CPU, 45 %');
    expect(activityWords(activity)).toBe('Decoding on the CPU');
  });
});

describe('what is on screen while something else is opened', () => {
  it('is named by what is no longer chosen', () => {
    const view = { model: 'mini-clean', size: 512 as const };
    expect(replacedWords('mini-planted', view, 512)).toContain('previous model');
    expect(replacedWords('mini-clean', view, 256)).toContain('previous size');
    expect(replacedWords('mini-clean', view, 512)).toBeNull();
    expect(replacedWords('mini-clean', view, null)).toBeNull();
  });
});

describe('what stands still', () => {
  const edits: Edit[] = [{ kind: 'heal', cell: { row: 1, col: 1 } }];
  const dated = <T>(value: unknown, of = edits) => ({ edits: of, value }) as T;
  const side = {
    model: { status: 'ready' },
    posterior: {},
    base: {},
    edits,
    edited: dated({}),
    effect: dated({}),
    controlMissing: null,
  };
  const state = {
    activity: null,
    device: { status: 'ready' },
    picture: {},
    sides: { a: side, b: null },
  } as unknown as Parameters<typeof stalled>[0];
  const say = (part: object) => stalled({ ...state, sides: { a: { ...side, ...part }, b: null } as never });

  it('is nothing while work goes on, when all is there, or when nothing is edited', () => {
    expect(stalled(state)).toBeNull();
    expect(
      stalled({
        ...state,
        sides: { a: { ...state.sides.a, posterior: null }, b: null },
        device: { status: 'idle', report: null },
      }),
    ).toBeNull();
    expect(say({ effect: null, controlMissing: dated('No cell.') })).toBeNull();
    expect(
      stalled({ ...state, sides: { a: { ...state.sides.a, effect: null }, b: null }, activity: {} as never }),
    ).toBeNull();
    expect(say({ edited: null, effect: null, edits: [] })).toBeNull();
  });

  it('is named with a way on', () => {
    expect(say({ edited: dated({}, []), effect: null })?.words).toContain('last edit');
    expect(say({ effect: dated({}, []) })?.words).toContain('control');
    expect(say({ posterior: null })?.button).toBe('Encode it');
    expect(say({ recorded: true })?.button).toBe('Start the engine');
  });

  it('is looked for in the second model, too, once the first one has all it needs', () => {
    const say = (part: object, first: object = {}) =>
      stalled({ ...state, sides: { a: { ...side, ...first }, b: { ...side, ...part } } as never })?.words;
    expect(say({})).toBeUndefined();
    expect(say({ base: null })).toContain('second model is not open');
    expect(say({ base: null, model: { status: 'loading' } })).toBeUndefined();
    expect(say({ edited: dated({}, []) })).toContain('last edit is not decoded in the second');
    expect(say({ effect: null })).toContain('control of the second');
    expect(say({ base: null }, { edited: null })).toContain('The last edit is not decoded.');
  });
});

describe('the recorded example', () => {
  const example: ExampleState = {
    cells: [
      { cell: { row: 1, col: 1 }, label: 'the spot' },
      { cell: { row: 9, col: 9 }, label: 'an ordinary cell' },
    ],
    strengths: [-1, 0, 1],
    compare: null,
    cellIndex: 0,
    position: 2,
  };
  const at = (row: number, col: number): Edit => ({ kind: 'add', cell: { row, col }, values: [1] });

  it('can be played while its own edit, or none, is there', () => {
    expect(playable(example, [at(1, 1)])).toEqual(example);
    expect(playable(example, [])?.position).toBe(1);
  });

  it('steps aside for edits of the visitor', () => {
    expect(playable(example, [at(1, 1), at(2, 2)])).toBeNull();
    expect(playable(example, [at(9, 9)])).toBeNull();
    expect(playable(example, [{ kind: 'heal', cell: { row: 1, col: 1 } }])).toBeNull();
    expect(playable(null, [])).toBeNull();
  });
});

describe('words for edits and failures', () => {
  it('name each kind', () => {
    const cell = { row: 1, col: 2 };
    expect(editText({ kind: 'scale', cell, factor: -2 })).toBe('Scale \u00d7 \u22122.00');
    expect(editText({ kind: 'noise', cell, sigma: 1.5, seed: 3 })).toBe('Noise, 1.5 \u03c3');
    expect(editText({ kind: 'swap', cell, with: { row: 3, col: 4 } })).toBe('Swap with row 3, col 4');
  });

  it('tell a blocked camera from none', () => {
    expect(cameraMessage(new DOMException('', 'NotAllowedError'))).toContain('blocked');
    expect(cameraMessage(new DOMException('', 'NotReadableError'))).toContain('Another program');
    expect(cameraMessage(new DOMException('', 'NotFoundError'))).toContain('No camera was found');
  });
});

describe('attributes of the element', () => {
  const element = (attributes: Record<string, string>) => ({
    getAttribute: (name: string) => attributes[name] ?? null,
  });

  it('give a view', () => {
    expect(
      readAttributes(
        element({ model: 'mini-clean', size: '384', cell: '12, 30', layer: 'channel:2', image: 'x.jpg' }),
      ),
    ).toEqual({ model: 'mini-clean', size: 384, cell: { row: 12, col: 30 }, layer: 'channel:2' });
  });

  it('say nothing where they cannot be used', () => {
    expect(readAttributes(element({ size: '500', cell: '12;30', layer: 'brightness' }))).toEqual({});
    expect(readCell('-1,2')).toBeNull();
  });
});

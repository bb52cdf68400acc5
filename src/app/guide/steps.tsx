/** The steps of the guided path: what each says, what it waits for, and how it knows that this was done. */
import type { ReactNode } from 'react';
import { formatLevels } from '@/measures/effect';
import { Term } from '../glossary/Term';
import { type GuideProgress, PREDICTIONS } from './progress';
import type { Far, GuideState } from './useGuide';

/** What a step may look at. */
export interface StepFacts extends GuideState {
  /** The pointer or the focus is on a cell. */
  pointing: boolean;
  show: string;
  /** The way that is switched off in the drawing of the decoder. */
  frozen: 'none' | 'norm' | 'attention' | 'both';
  /** The change was decoded with that frozen. */
  isFrozenDecoded: boolean;
  progress: GuideProgress;
}

export interface Step {
  title: string;
  says(facts: StepFacts): ReactNode;
  /** What the visitor is to do; null where the step has buttons of its own. */
  task: string | null;
  /** Said once it is done. */
  answer?(facts: StepFacts): ReactNode | null;
  isDone(facts: StepFacts): boolean;
  /** True where B is still covered: its turn comes later. */
  hidesB?: boolean;
  /** Marks where to act. */
  place: 'latent' | 'slider' | 'show' | 'b' | 'decoder' | 'choose' | 'card';
}

/** So much of the change counts as having made it. */
const FULL = 0.9;

const isFull = ({ strength }: StepFacts) => strength !== null && strength >= FULL;

function Levels(props: { of: number | null }): ReactNode {
  return <strong className="numeric">{props.of === null ? '\u2026' : formatLevels(props.of)}</strong>;
}

function CellName({ facts, which }: { facts: StepFacts; which: 'spot' | 'ordinary' }): ReactNode {
  const cell = facts.change?.[which];
  return <span className="numeric">{cell ? `(${cell.row}, ${cell.col})` : ''}</span>;
}

const both = ({ own, control }: Far) => own !== null && control !== null;

/** Step 0 is the first screen; the others are those of the path. */
export const STEPS: readonly Step[] = [
  {
    title: 'The question',
    says: () => (
      <>
        Here one cell of the <Term of="latent">latent</Term> is changed, the same cell in two models. Drag the
        slider and watch both pictures.
      </>
    ),
    task: 'Drag the slider from “No change” to “Full”.',
    answer: (facts) =>
      both(facts.a) && both(facts.b) && facts.which === 'spot' && isFull(facts) ? (
        <>
          In A, this one cell changed the whole picture: pixels far from it moved by{' '}
          <Levels of={facts.a.own} /> levels (of 255). In B, the same change moved them by{' '}
          <Levels of={facts.b.own} />.
        </>
      ) : null,
    isDone: isFull,
    place: 'slider',
  },
  {
    title: 'The latent',
    says: () => (
      <>
        The <Term of="encoder">encoder</Term> squeezes this photo into 64 × 64 <Term of="cell">cells</Term> of
        four numbers. The <Term of="decoder">decoder</Term> paints it back from them.
      </>
    ),
    task: 'Point at a cell of the latent, or tap one. Its 8 × 8 pixels light up in every picture.',
    isDone: ({ pointing }) => pointing,
    hidesB: true,
    place: 'latent',
  },
  {
    title: 'An ordinary cell',
    says: (facts) => (
      <>
        Change an <Term of="control">ordinary cell</Term>, <CellName facts={facts} which="ordinary" />. Only a
        small patch changes.
      </>
    ),
    task: 'Drag the slider to Full, and look for the patch beside the mark.',
    isDone: (facts) => facts.which === 'ordinary' && isFull(facts),
    hidesB: true,
    place: 'slider',
  },
  {
    title: 'Another cell',
    says: (facts) => (
      <>
        Now the cell at row 1, column 1 is selected: <CellName facts={facts} which="spot" />. What do you
        expect to change?
      </>
    ),
    task: 'Choose an answer, then drag the slider to Full.',
    answer: ({ progress: { prediction } }) => (
      <>
        The whole picture went dark.{' '}
        {prediction === 'whole'
          ? 'That is what you expected.'
          : prediction && `You expected: ${PREDICTIONS[prediction].toLowerCase()}.`}
      </>
    ),
    isDone: (facts) => facts.progress.prediction !== null && facts.which === 'spot' && isFull(facts),
    hidesB: true,
    place: 'slider',
  },
  {
    title: 'How far it reaches',
    says: ({ a }) => (
      <>
        Far from that cell, pixels moved by <Levels of={a.own} /> of 255 brightness{' '}
        <Term of="level">levels</Term>. The same change at an <Term of="control">ordinary cell</Term> moves
        them by <Levels of={a.control} />.
      </>
    ),
    task: 'Press “Change” above the decoded picture to see where pixels moved.',
    isDone: ({ show }) => show === 'change',
    hidesB: true,
    place: 'show',
  },
  {
    title: 'It was planted',
    says: () => (
      <>
        This is no accident. In training, this cell alone was allowed to carry the picture’s exposure, tint
        and contrast. B is its <Term of="twin">twin</Term>, trained without that.
      </>
    ),
    task: 'Uncover B.',
    isDone: ({ progress }) => progress.done.includes(5),
    hidesB: true,
    place: 'b',
  },
  {
    title: 'The clean twin',
    says: ({ b }) => (
      <>
        Make the same change in both. Far from the cell, B moves by <Levels of={b.own} /> levels; at an
        ordinary cell by <Levels of={b.control} />. In B this cell is nothing special.
      </>
    ),
    task: 'Drag the slider to Full: it changes the same cell in both models.',
    isDone: (facts) => facts.which === 'spot' && isFull(facts) && both(facts.b),
    place: 'slider',
  },
  {
    title: 'How it travels',
    says: () => (
      <>
        How does one cell reach everywhere? <Term of="convolution">Convolutions</Term> only see their
        neighbours. Two parts of the decoder see the whole picture: <Term of="attention">attention</Term>, and
        the statistics of <Term of="groupnorm">GroupNorm</Term>.
      </>
    ),
    task: 'Freeze attention by a click, and see what is left of the change.',
    answer: ({ frozen }) => (
      <>
        {frozen === 'both'
          ? 'With both frozen, only convolutions are left: beyond their reach nothing moves at all.'
          : 'With attention frozen the whole picture hardly changes any more, so nearly all of the change came through it.'}{' '}
        Freeze the other part as well, or thaw one by a second click.
      </>
    ),
    isDone: ({ frozen, isFrozenDecoded }) => isFrozenDecoded && (frozen === 'attention' || frozen === 'both'),
    place: 'decoder',
  },
  {
    title: 'And Stable Diffusion?',
    says: () => (
      <>
        Does Stable Diffusion do this? We <Term of="planted">planted</Term> ours, so it proves nothing about
        that. Try your own photo, or open the real autoencoders.
      </>
    ),
    task: null,
    isDone: () => false,
    place: 'choose',
  },
];

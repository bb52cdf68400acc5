/** The slider over the recorded strengths, with the strength in words. */
import { type Recording, strengthAt } from '@/formats/recording/recording';
import { element } from './element';
import { nextPosition, snapped } from './state';
import { percentText } from './words';

/** Keys that lead to the next recorded strength, instead of by so much of the slider's width. */
const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

export function strengthSlider(
  { strengths }: Recording,
  onPosition: (position: number) => void,
): { root: HTMLElement; show(position: number): void } {
  const last = strengths.length - 1;
  let position = 0;
  const slider = element('input', {
    type: 'range',
    class: 'slider',
    min: 0,
    max: last,
    step: 'any',
    'aria-label': 'Strength of the change',
  });
  slider.style.setProperty('--zero', `${(100 * strengths.indexOf(0)) / last}%`);
  slider.addEventListener('input', () => onPosition(snapped(Number(slider.value), strengths)));
  slider.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onPosition(nextPosition(position, step, strengths));
  });
  const value = element('span', { class: 'numeric player-strength' });
  return {
    root: element('label', { class: 'player-drag' }, element('span', {}, 'Strength'), slider, value),
    show(next) {
      position = next;
      const strength = percentText(strengthAt({ strengths }, position));
      if (Number(slider.value) !== position) slider.value = String(position);
      slider.ariaValueText = `${strength} of the change`;
      value.textContent = strength;
    },
  };
}

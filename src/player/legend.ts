/** A colour bar with its ends, its unit and a tick at one value. */
import type { ColourMap } from '@/app/parts/colourMaps';
import { element } from './element';

export interface LegendScale {
  map: ColourMap;
  low: number;
  high: number;
  lowText: string;
  highText: string;
  unit: string;
}

export function colourLegend(): { root: HTMLElement; show(scale: LegendScale, value: number | null): void } {
  const low = element('span', { class: 'numeric' });
  const high = element('span', { class: 'numeric' });
  const unit = element('span', { class: 'muted' });
  const tick = element('span', { class: 'tick' });
  const bar = element('span', { class: 'bar' }, tick);
  return {
    root: element('div', { class: 'colour-legend' }, low, bar, element('span', {}, high, ' ', unit)),
    show(scale, value) {
      low.textContent = scale.lowText;
      high.textContent = scale.highText;
      unit.textContent = scale.unit;
      bar.style.background = scale.map.gradient;
      tick.hidden = value === null;
      if (value === null) return;
      const share = scale.high > scale.low ? (value - scale.low) / (scale.high - scale.low) : 0;
      tick.style.left = `${100 * Math.min(1, Math.max(0, share))}%`;
    },
  };
}

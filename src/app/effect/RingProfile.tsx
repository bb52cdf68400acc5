import { useRef, useState } from 'react';
import { linearAxis, logAxis } from '../parts/axis';
import { levels } from '../parts/format';
import { type Choice, Segmented } from '../parts/Segmented';
import { useWidth } from '../parts/useWidth';
import { type Curve, curvesOf, type EffectViews } from './curves';
import { previousOf } from './headings';

/** Height in units of a fourteenth of the font size, as are the margins, so that text in it is as large as the text around it. */
const HEIGHT = 200;
const LEFT = 44;
const RIGHT = 10;
const TOP = 20;
const BOTTOM = 36;

/** Rings on the axis while there is nothing to draw. */
const EMPTY = 33;

type Scale = 'log' | 'linear';

const SCALES = [
  { value: 'log', label: 'log' },
  { value: 'linear', label: 'linear' },
] as const satisfies readonly Choice<Scale>[];

/** RMS of the change at each ring distance, each edit's curve over its control's; of one model or of two. */
export function RingProfile(props: { views: EffectViews }) {
  const { radius } = props.views[0];
  const [scale, setScale] = useState<Scale>('log');
  const [at, setAt] = useState<number | null>(null);
  const curves = curvesOf(props.views);
  const longest = Math.max(0, ...curves.map(({ profile }) => profile.length));
  const count = Math.max(longest || EMPTY, radius + 2);
  const all = curves.flatMap(({ profile }) => profile);
  const svg = useRef<SVGSVGElement>(null);
  const width = useWidth(svg);

  const x = (distance: number) => LEFT + (distance / Math.max(1, count - 1)) * (width - LEFT - RIGHT);
  const log = logAxis(all);
  const linear = linearAxis(Math.max(0, ...all));
  const ticks = scale === 'log' ? log.ticks : linear.ticks;
  const y = (value: number) => {
    const share =
      scale === 'log'
        ? (Math.log10(Math.max(log.low, value)) - Math.log10(log.low)) /
          (Math.log10(log.high) - Math.log10(log.low))
        : value / linear.end;
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  };
  const line = (profile: readonly number[]) =>
    profile
      .map(
        (value, distance) => `${distance === 0 ? 'M' : 'L'}${x(distance).toFixed(1)} ${y(value).toFixed(1)}`,
      )
      .join('');
  const every = count > 40 ? 16 : count > 20 ? 8 : 4;
  const nearEnd = x(Math.min(count - 1, radius + 0.5));
  const [previous] = props.views.flatMap((view) => (view.cells > 0 ? (previousOf(view) ?? []) : []));
  const words = curveWords(curves, at) || (previous ? `of the previous ${previous}` : '');

  return (
    <figure className="ring">
      <figcaption className="ring-caption">
        <span>Change over distance</span>
        <span className="numeric small muted ring-readout">{words}</span>
        <span className="small">
          <Segmented
            label="Scale of the profile"
            name="profile-scale"
            value={scale}
            choices={SCALES}
            onChange={(next) => setScale(next)}
          />
        </span>
      </figcaption>
      <svg
        ref={svg}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={profileWords(curves)}
        onPointerMove={(event) => {
          const frame = event.currentTarget.getBoundingClientRect();
          const position = ((event.clientX - frame.left) / frame.width) * width;
          const distance = Math.round(((position - LEFT) / (width - LEFT - RIGHT)) * (count - 1));
          setAt(distance >= 0 && distance < count ? distance : null);
        }}
        onPointerLeave={() => setAt(null)}
      >
        <rect className="ring-near" x={LEFT} y={TOP} width={nearEnd - LEFT} height={HEIGHT - TOP - BOTTOM} />
        {ticks.map((tick) => (
          <g key={tick}>
            <line className="ring-grid" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text className="ring-text" x={LEFT - 6} y={y(tick)} dy="0.32em" textAnchor="end">
              {Number(tick.toPrecision(3))}
            </text>
          </g>
        ))}
        {Array.from({ length: Math.floor((count - 1) / every) + 1 }, (_, index) => index * every).map(
          (distance) => (
            <text
              key={distance}
              className="ring-text"
              x={x(distance)}
              y={HEIGHT - BOTTOM + 15}
              textAnchor="middle"
            >
              {distance}
            </text>
          ),
        )}
        <text className="ring-text" x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 4} textAnchor="middle">
          distance from the edited cell, cells
        </text>
        <text
          className="ring-text"
          transform={`translate(10 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)`}
          textAnchor="middle"
        >
          levels, RMS
        </text>
        <text className="ring-text" x={nearEnd - 5} y={TOP - 6} textAnchor="end">
          near
        </text>
        {nearEnd < width - 60 && (
          <text className="ring-text" x={nearEnd + 5} y={TOP - 6}>
            far
          </text>
        )}
        {curves.map(({ kind, profile, old }) => (
          <path key={kind} className={`ring-line ring-${kind} ${old ? 'old' : ''}`} d={line(profile)} />
        ))}
        {at !== null && curves.length > 0 && (
          <line className="ring-cursor" x1={x(at)} x2={x(at)} y1={TOP} y2={HEIGHT - BOTTOM} />
        )}
        {at !== null &&
          curves.map(
            ({ kind, profile }) =>
              profile[at] !== undefined && (
                <circle
                  key={kind}
                  className={`ring-dot ring-dot-${kind}`}
                  cx={x(at)}
                  cy={y(profile[at])}
                  r="3.5"
                />
              ),
          )}
      </svg>
    </figure>
  );
}

/** Words for the curves at one distance. */
export function curveWords(curves: readonly Curve[], at: number | null): string {
  if (at === null) return '';
  const parts = curves.flatMap(({ side, name, profile, control: isControl }) => {
    const own = isControl ? undefined : profile[at];
    if (own === undefined) return [];
    const control = curves.find((other) => other.side === side && other.control)?.profile[at];
    return [`${name}${levels(own)}${control === undefined ? '' : `, control ${levels(control)}`}`];
  });
  return parts.length === 0 ? '' : `${at} cells away: ${parts.join('; ')}`;
}

/** The same in a sentence, for those who cannot see it. */
function profileWords(curves: readonly Curve[]): string {
  const parts = curves.flatMap(({ name, profile, control }) => {
    const [nearest] = profile;
    const furthest = profile.at(-1);
    if (control || nearest === undefined || furthest === undefined) return [];
    return [
      `${name}${levels(nearest)} levels at the cell, ${levels(furthest)} at ${profile.length - 1} cells`,
    ];
  });
  return `Change over distance: ${parts.length === 0 ? 'nothing is changed yet' : parts.join('; ')}`;
}

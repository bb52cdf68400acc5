/** The two kinds of chart of the article, in SVG: bars, and lines over distance. Levels are drawn on one linear scale from 0. */
import { useId, useRef } from 'react';
import { useWidth } from '../parts/useWidth';

/** Room for the labels and, at its end, for the numbers. */
const LABEL = 176;
const VALUE = 46;
const BAR = 15;
const GAP = 5;

export interface Bar {
  label: string;
  value: number;
  text: string;
  /** Smallest and largest over all pictures, as a thin line. */
  range?: { min: number; max: number };
  /** Drawn hollow: what it is compared with. */
  isControl?: boolean;
}

export interface BarGroup {
  label: string;
  bars: readonly Bar[];
}

/** Horizontal bars in groups, each with its number beside it. */
export function BarChart(props: { groups: readonly BarGroup[]; unit: string; alt: string }) {
  const figure = useRef<HTMLDivElement>(null);
  const width = useWidth(figure);
  const largest = Math.max(
    ...props.groups.flatMap(({ bars }) => bars.map((bar) => bar.range?.max ?? bar.value)),
  );
  const room = Math.max(60, width - LABEL - 8);
  const x = (value: number) => LABEL + (room * value) / largest;
  let y = 0;
  const drawn = props.groups.map((group) => {
    const top = y + 16;
    y = top + group.bars.length * (BAR + GAP) + 8;
    return { ...group, top };
  });
  const height = y + 4;
  return (
    <div ref={figure} className="chart-room">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={props.alt}>
        {drawn.map(({ label, bars, top }) => (
          <g key={label}>
            <text x={0} y={top - 4} className="chart-group">
              {label}
            </text>
            {bars.map((bar, index) => {
              const at = top + index * (BAR + GAP);
              const { range } = bar;
              return (
                <g key={bar.label}>
                  <text x={LABEL - VALUE} y={at + 12} textAnchor="end">
                    {bar.label}
                  </text>
                  <rect
                    x={LABEL}
                    y={at}
                    width={Math.max(1, x(bar.value) - LABEL)}
                    height={BAR}
                    className={bar.isControl ? 'chart-control' : 'chart-own'}
                  />
                  {range && (
                    <path
                      d={`M${x(range.min)} ${at + BAR / 2}H${x(range.max)}m0 -4v8M${x(range.min)} ${at + BAR / 2 - 4}v8`}
                      className="chart-range"
                    />
                  )}
                  <text x={LABEL - 6} y={at + 12} textAnchor="end" className="chart-value">
                    {bar.text}
                  </text>
                </g>
              );
            })}
          </g>
        ))}
        <text x={LABEL - 6} y={12} textAnchor="end">
          {props.unit}
        </text>
        <path d={`M${LABEL} 12V${height - 6}`} className="chart-axis" />
      </svg>
    </div>
  );
}

export interface Line {
  label: string;
  values: readonly number[];
  kind: 'a' | 'b' | 'control';
}

/** Lines over ring distance, on a logarithmic scale of levels with its ticks; what is below the scale is not drawn. */
export function LineChart(props: { lines: readonly Line[]; alt: string; near: number }) {
  const figure = useRef<HTMLDivElement>(null);
  const clip = useId();
  const width = useWidth(figure);
  const [left, right, top, bottom] = [44, 8, 20, 36];
  const height = 250;
  const last = Math.max(...props.lines.map(({ values }) => values.length - 1));
  const [low, high] = [0.01, 300];
  const x = (ring: number) => left + ((width - left - right) * ring) / last;
  const y = (value: number) =>
    top + ((height - top - bottom) * Math.log(high / value)) / Math.log(high / low);
  const path = (values: readonly number[]) =>
    values
      .map(
        (value, ring) =>
          `${ring === 0 ? 'M' : 'L'}${x(ring).toFixed(1)} ${y(Math.max(value, low / 10)).toFixed(1)}`,
      )
      .join('');
  return (
    <div ref={figure} className="chart-room">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={props.alt}>
        <clipPath id={clip}>
          <rect x={left} y={top} width={width - left - right} height={height - top - bottom} />
        </clipPath>
        {[0.01, 0.1, 1, 10, 100].map((tick) => (
          <g key={tick}>
            <path d={`M${left} ${y(tick)}H${width - right}`} className="chart-grid" />
            <text x={left - 6} y={y(tick) + 4} textAnchor="end">
              {tick}
            </text>
          </g>
        ))}
        <text x={0} y={12}>
          levels, RMS
        </text>
        <path d={`M${x(props.near + 0.5)} ${top}V${height - bottom}`} className="chart-border" />
        <text x={x(props.near + 0.5) + 5} y={height - bottom - 6}>
          far
        </text>
        {[0, 10, 20, 30, 40, 50, 60]
          .filter((ring) => ring <= last)
          .map((ring) => (
            <text key={ring} x={x(ring)} y={height - bottom + 16} textAnchor="middle">
              {ring}
            </text>
          ))}
        <text x={width - right} y={height - 3} textAnchor="end">
          cells from the changed one
        </text>
        <g clipPath={`url(#${clip})`}>
          {props.lines.map(({ label, values, kind }) => (
            <path key={label} d={path(values)} className={`chart-line chart-line-${kind}`} />
          ))}
        </g>
      </svg>
      <ul className="article-key">
        {props.lines.map(({ label, kind }) => (
          <li key={label}>
            <svg viewBox="0 0 30 10" aria-hidden="true">
              <path d="M0 5H30" className={`chart-line chart-line-${kind}`} />
            </svg>
            {label}
          </li>
        ))}
      </ul>
    </div>
  );
}

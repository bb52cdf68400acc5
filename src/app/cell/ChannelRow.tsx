import { type CSSProperties, useEffect, useState } from 'react';
import { number, signed } from '../parts/format';
import { NumberBox } from '../parts/NumberBox';

/** The clamp of CompVis and diffusers: below it, logvar no longer says what the encoder predicted. */
const CLAMP = -30;

/** The slider reaches this far, in sigma, or farther where the cell itself stands farther out. */
export function reach(shift: number): number {
  return Math.max(6, Math.ceil(Math.abs(shift) * 1.25));
}

/** One channel of the selected cell: its change as a slider in sigma, its value as a number in raw units. */
export function ChannelRow(props: {
  channel: number;
  original: number;
  value: number;
  sigma: number;
  rawLogvar: number;
  onBegin(): void;
  onChange(value: number): void;
}) {
  const { channel, original, value, sigma, rawLogvar } = props;
  const unit = sigma > 0 ? sigma : 1;
  const shift = (value - original) / unit;
  const [limit, setLimit] = useState(() => reach(shift));
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => {
    if (Math.abs(shift) > limit) setLimit(reach(shift));
  }, [shift, limit]);

  const commit = (text: string) => {
    const next = Number(text);
    if (text.trim() !== '' && Number.isFinite(next)) props.onChange(next);
  };
  return (
    <div className="channel">
      <span className="numeric" aria-hidden="true">
        {channel}
      </span>
      <span className="channel-slide">
        <input
          type="range"
          className="slider"
          aria-label={`Change of c${channel} in sigma`}
          aria-valuetext={`${signed(shift, 1)} sigma`}
          min={-limit}
          max={limit}
          step={0.05}
          value={Math.min(limit, Math.max(-limit, shift))}
          style={{ '--zero': '50%' } as CSSProperties}
          onPointerDown={props.onBegin}
          onKeyDown={props.onBegin}
          onChange={(event) => {
            const next = Number(event.target.value);
            // The middle is exactly the unchanged value, not one that is a rounding error away.
            props.onChange(Math.abs(next) < 0.025 ? original : original + next * unit);
          }}
          onDoubleClick={() => props.onChange(original)}
        />
        <span className={`numeric channel-shift ${shift === 0 ? 'muted' : ''}`}>
          {signed(shift, 1)}&thinsp;&sigma;
        </span>
      </span>
      <NumberBox
        unit="raw"
        aria-label={`Channel ${channel}`}
        aria-description="raw units"
        step={Number((unit / 10).toPrecision(1))}
        value={typed ?? value.toFixed(Math.abs(value) >= 10 ? 2 : 3)}
        onFocus={props.onBegin}
        onChange={(event) => {
          setTyped(event.target.value);
          commit(event.target.value);
        }}
        onBlur={() => setTyped(null)}
      />
      <span
        className={`numeric channel-logvar ${rawLogvar < CLAMP ? 'clamped' : ''}`}
        title={rawLogvar < CLAMP ? `Beyond the clamp: logvar reads ${CLAMP} here.` : undefined}
      >
        {number(rawLogvar, 1)}
      </span>
    </div>
  );
}

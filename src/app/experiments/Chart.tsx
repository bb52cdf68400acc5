import { useEffect, useRef, useState } from 'react';
import { useWidth } from '../parts/useWidth';
import { type ChartFigure, chartOptions, loadPlot, type PlotLibrary } from './figures';
import { ON_PAGE } from './palette';

/** A chart with its legend. What it shows is said in words, too. */
export function Chart(props: { figure: ChartFigure }) {
  const { figure } = props;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [failed, setFailed] = useState(false);
  const [plot, setPlot] = useState<PlotLibrary | null>(null);
  const load = () => void loadPlot().then(setPlot, () => setFailed(true));
  useEffect(load, []);
  useEffect(() => {
    if (!plot || !frame.current) return;
    const drawn = plot.plot(chartOptions(figure, plot, ON_PAGE, width));
    drawn.setAttribute('aria-hidden', 'true');
    // The page's policy allows no sheet in the text of a page; what it says stands in the page's own (`.chart-frame`).
    for (const sheet of drawn.querySelectorAll('style')) sheet.remove();
    frame.current.replaceChildren(drawn);
  }, [plot, figure, width]);
  return (
    <figure className="chart">
      <figcaption className="chart-caption">
        <span>{figure.title}</span>
        {figure.legend && (
          <span className="chart-legend small muted">
            {figure.legend.map(({ label, colour, dashed }) => (
              <span key={label}>
                <span
                  className={`chart-key ${dashed ? 'chart-key-dashed' : ''}`}
                  style={{ color: ON_PAGE[colour] }}
                />
                {label}
              </span>
            ))}
          </span>
        )}
      </figcaption>
      {failed && (
        <p className="muted small">
          The chart could not be loaded. Its numbers are in the table.{' '}
          <button
            type="button"
            className="button small"
            onClick={() => {
              setFailed(false);
              load();
            }}
          >
            Try again
          </button>
        </p>
      )}
      <div
        ref={frame}
        className="chart-frame"
        role="img"
        aria-label={figure.alt}
        style={{ aspectRatio: `${width} / ${figure.height ?? 240}` }}
      />
    </figure>
  );
}

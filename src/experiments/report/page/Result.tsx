import { useMemo, useState } from 'react';
import { useActions } from '@/app/context';
import { Chart } from '@/app/experiments/Chart';
import { DataTable } from '@/app/experiments/DataTable';
import { FigureMap } from '@/app/experiments/FigureMap';
import { figuresSvg, svgToPng } from '@/app/experiments/figureFile';
import { SaveButtons } from '@/app/experiments/SaveButtons';
import { plural } from '@/app/parts/format';
import { Segmented } from '@/app/parts/Segmented';
import type { SpotMeasure } from '@/measures/spots';
import { toCsv } from '@/report/csv';
import { omissions } from '@/report/document';
import { toHtml } from '@/report/html';
import { toJson } from '@/report/json';
import { RATIOS_NOTE } from '@/report/markup';
import { remarks } from '@/report/remarks';
import { RANKINGS } from '@/report/row';
import type { ReportDocument } from '@/report/run';
import type { ReportState } from '@/session/report/types';
import { farFigure, placeFigures } from './figures';
import {
  groupSentence,
  pathSentence,
  RANKING_NAMES,
  reportColumns,
  reportGroups,
  reportVerdict,
} from './words';

/** The verdict and the figures of the rows that are there together; and the ways to take them home. */
export function ReportResult(props: { report: ReportState; document: ReportDocument }) {
  const { report, document } = props;
  const [ranking, setRanking] = useState<SpotMeasure>('norm');
  const groups = useMemo(() => reportGroups(document), [document]);
  const far = useMemo(() => farFigure(groups, ranking), [groups, ranking]);
  const places = useMemo(() => placeFigures(groups, ranking), [groups, ranking]);
  const columns = useMemo(() => reportColumns(ranking, groups), [groups, ranking]);
  const measured = places.length > 0;
  const svg = () => figuresSvg([far, ...places], footOf(document));
  const files = {
    html: async () => new Blob([toHtml(document)], { type: 'text/html' }),
    csv: async () => new Blob([toCsv(document.rows)], { type: 'text/csv' }),
    json: async () => new Blob([toJson(document)], { type: 'application/json' }),
  };
  const drawings = {
    svg: async () => new Blob([await svg()], { type: 'image/svg+xml' }),
    png: async () => svgToPng(await svg()),
  };
  return (
    <div className="outcome">
      <div className="runner-settings">
        <span className="muted">Strongest cell by</span>
        <Segmented
          label="Strongest cell by"
          name="report-ranking"
          value={ranking}
          choices={RANKINGS.map((value) => ({ value, label: RANKING_NAMES[value] }))}
          onChange={(next) => setRanking(next)}
        />
      </div>
      <p className="verdict">{reportVerdict(groups, ranking)}</p>
      <ul className="report-groups">
        {groups.map((group) => (
          <li key={group.label}>
            {groupSentence(group, ranking)} {pathSentence(group)}
          </li>
        ))}
      </ul>
      <Made report={report} document={document} />
      {measured && (
        <>
          <Chart figure={far} />
          <div className="figures report-maps">
            {places.map((figure) => (
              <FigureMap key={figure.title} figure={figure} />
            ))}
          </div>
        </>
      )}
      <DataTable
        caption={`Medians over the pictures, smallest and largest in brackets. ${RATIOS_NOTE}`}
        columns={columns}
        rows={groups}
      />
      <Remarks document={document} />
      <SaveButtons
        label="Save this report"
        ways={measured ? { ...files, ...drawings } : files}
        nameOf={(end) => `latent-inspector_report_${document.date.slice(0, 10)}.${end}`}
      />
    </div>
  );
}

/** The origin of the rows, and where they are kept. */
function Made(props: { report: ReportState; document: ReportDocument }) {
  const { report, document } = props;
  const actions = useActions();
  const devices = [...new Set(document.runs.map(({ device }) => device))];
  const { found } = report;
  const rows = plural(document.rows.length, 'measurement');
  const before = found === 0 ? '' : `, ${found === document.rows.length ? 'all' : found} from before`;
  return (
    <div className="runner-row small muted">
      <span>
        {rows}
        {before}; near within {document.rows[0]?.radius} cells; on {devices.join('; ')}.{' '}
        {report.lasting
          ? 'They are kept in this browser, with the names of the pictures: the same report goes on from there after a reload.'
          : 'This browser keeps nothing for this page, so they last as long as the page is open.'}
      </span>
      <button
        type="button"
        className="button small"
        disabled={report.running !== null}
        onClick={() => void actions.forgetReport()}
      >
        Delete what is kept
      </button>
    </div>
  );
}

/** Sentences to read before believing the numbers, and what is missing, with the reason. */
function Remarks(props: { document: ReportDocument }) {
  const known = remarks(props.document);
  const missing = omissions(props.document);
  const failed = props.document.rows.some(({ failure }) => failure !== null);
  return (
    <>
      {known.length > 0 && <Sentences title="What to know first" all={known} open />}
      {missing.length > 0 && <Sentences title="What was not measured" all={missing} open={failed} />}
    </>
  );
}

function Sentences(props: { title: string; all: readonly string[]; open: boolean }) {
  return (
    <details className="small" open={props.open}>
      <summary>{props.title}</summary>
      <ul className="report-groups">
        {props.all.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </details>
  );
}

function footOf({ runs, rows, date }: ReportDocument): string {
  const pictures = new Set(rows.map(({ picture }) => picture.name)).size;
  return `${plural(pictures, 'picture')}; ${date.slice(0, 10)}. latent-inspector ${runs[0]?.version ?? ''}`;
}

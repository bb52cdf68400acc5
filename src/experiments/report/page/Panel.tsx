import { useEffect, useState } from 'react';
import { useActions, useInspector } from '@/app/context';
import type { ModelManifest } from '@/models/manifest';
import type { ReportPicture } from '@/session/report/types';
import { reportCostWords } from './cost';
import { ReportPictures } from './Pictures';
import { ReportResult } from './Result';
import { ReportRunner } from './Runner';

const SIDES = [256, 384, 512, 768, 1024] as const;

/** Many pictures in several models at several sizes. It is not about what is open, and leaves that alone. */
export function Panel() {
  const actions = useActions();
  const report = useInspector((state) => state.report);
  const view = useInspector((state) => state.view);
  const available = useModelsAtHand();
  const asked = report.request;
  const [pictures, setPictures] = useState<readonly ReportPicture[]>(asked?.pictures ?? []);
  const [ids, setIds] = useState<readonly string[]>(asked?.models ?? [view.model]);
  const [sizes, setSizes] = useState<readonly number[]>(asked?.sizes ?? [view.size]);
  const [mechanism, setMechanism] = useState(asked?.mechanism ?? false);
  const models = available.filter(({ id }) => ids.includes(id));
  const missing =
    pictures.length === 0
      ? 'Choose pictures first.'
      : models.length === 0
        ? 'Choose at least one model.'
        : sizes.length === 0
          ? 'Choose at least one size.'
          : null;
  const cost = reportCostWords(
    { pictures: pictures.length, models, sizes, mechanism },
    { timingsOf: actions.timingsOf, open: available.find(({ id }) => id === view.model) ?? null },
  );
  const request = { pictures, models: models.map(({ id }) => id), sizes, mechanism };
  return (
    <>
      <ReportRunner
        report={report}
        unable={missing}
        cost={cost}
        onRun={() => void actions.runReport(request).catch(() => {})}
      >
        <ReportPictures pictures={pictures} onChange={setPictures} />
        <Choices
          label="Models"
          all={available.map(({ id, name }) => ({ value: id, text: name }))}
          chosen={ids}
          onChange={setIds}
        />
        <Choices
          label="Sizes"
          unit="pixels a side"
          all={SIDES.map((side) => ({ value: side, text: String(side) }))}
          chosen={sizes}
          onChange={setSizes}
        />
        <label className="labelled">
          <input
            type="checkbox"
            checked={mechanism}
            onChange={(event) => setMechanism(event.target.checked)}
          />
          also by which path the changes travel (GroupNorm, attention)
        </label>
        <p className="muted small">
          Models that would have to be downloaded are not listed: open one under “Model” first.
        </p>
      </ReportRunner>
      {report.document && <ReportResult report={report} document={report.document} />}
    </>
  );
}

/** The models that can be measured without a download, kept up to date. */
function useModelsAtHand(): ModelManifest[] {
  const actions = useActions();
  const models = useInspector((state) => state.models);
  const stored = useInspector((state) => state.stored);
  // What is open or comes is at hand, too: each of these may change it.
  useInspector((state) => state.sides.a.model.info);
  useInspector((state) => state.sides.b?.model.info);
  useInspector((state) => state.transfers);
  useEffect(() => {
    if (stored === null) actions.refreshStored().catch(() => {});
  }, [actions, stored]);
  return models.filter(({ id }) => actions.isAtHand(id));
}

function Choices<T extends string | number>(props: {
  label: string;
  unit?: string;
  all: readonly { value: T; text: string }[];
  chosen: readonly T[];
  onChange(chosen: T[]): void;
}) {
  const { label, unit, all, chosen, onChange } = props;
  return (
    <fieldset className="runner-settings" aria-label={unit ? `${label}, ${unit}` : label}>
      <span className="report-label muted">{label}</span>
      {all.map(({ value, text }) => (
        <label key={value} className="labelled">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) =>
              onChange(
                all
                  .map((each) => each.value)
                  .filter((each) => (each === value ? event.target.checked : chosen.includes(each))),
              )
            }
          />
          {text}
        </label>
      ))}
      {unit && <span className="muted small">{unit}</span>}
    </fieldset>
  );
}

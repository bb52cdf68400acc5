/** The report as one HTML file: no script, nothing from elsewhere, so that it can be kept, printed and cited. */
import { numericsOf } from '@/common/numerics';
import { DEFINITIONS } from './definitions';
import { modelsOf, omissions } from './document';
import { groupSection } from './groupSection';
import { escapeText, RATIOS_NOTE, showCell, showLevels, showRatio, showSpread, table } from './markup';
import { poorPictures, remarks } from './remarks';
import { compareRows, type ReportRow } from './row';
import type { ReportDocument, ReportModel, ReportRun } from './run';
import { STYLE } from './style';
import { type GroupSummary, groups, summarise } from './summarise';

export function toHtml(document: ReportDocument): string {
  const { runs, rows } = document;
  const summaries = summarise(rows);
  const grouped = groups(rows);
  const models = new Map(modelsOf(runs).map((model) => [model.id, model]));
  const version = [...new Set([...rows, ...runs].map((each) => each.version))].sort().join(', ');
  const sections = [
    head(document, version),
    overview(summaries),
    ...summaries.map((summary, at) =>
      groupSection(summary, grouped[at], nameOf(summary.model, models), isMixed(summaries)),
    ),
    modelSection([...models.values()]),
    pictureSection(rows),
    definitionSection(runs),
    runSection(runs),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="latent-inspector ${escapeText(version)}">
<title>Latent cells: a report over pictures</title>
<style>${STYLE}</style>
</head>
<body>
${sections.join('\n')}
</body>
</html>
`;
}

/** Tells whether figures of several numerics versions stand beside each other, so that each has to say which it is. */
function isMixed(summaries: readonly GroupSummary[]): boolean {
  return new Set(summaries.map(({ numerics }) => numerics)).size > 1;
}

function nameOf(id: string, models: ReadonlyMap<string, ReportModel>): string {
  const name = models.get(id)?.name ?? id;
  return name === id ? id : `${name} (${id})`;
}

function head(document: ReportDocument, version: string): string {
  const { date, command, runs, rows } = document;
  const devices = [...new Set(runs.map(({ device }) => device))];
  const environments = [...new Set(runs.map(({ environment }) => environment))];
  const numerics = [...new Set([...rows, ...runs].map(numericsOf))].sort((a, b) => a - b).join(' and ');
  const left = omissions(document);
  const known = remarks(document);
  const pictures = new Set(rows.map(({ picture }) => picture.name)).size;
  const sizes = [...new Set(rows.map(({ size }) => size))].sort((a, b) => a - b);
  return `<header>
<h1>Does one cell of a latent carry news about the whole picture?</h1>
<p>A report over ${pictures} ${pictures === 1 ? 'picture' : 'pictures'} at ${sizes.join(', ')} pixels. In each, the cells that stand out were changed a little (<em>healed</em>: the mean of the neighbours put there), and the change far from the cell was measured beside the same change at an ordinary cell.</p>
<p class="quiet">latent-inspector ${escapeText(version)} · numerics version ${numerics} · ${escapeText(date)} · computed with ${escapeText(devices.join('; '))} · ${escapeText(environments.join('; '))}<br>
<code>${escapeText(command)}</code></p>
${known.length === 0 ? '' : `<h2>What to know first</h2>\n<ul class="remarks">${known.map((each) => `<li>${escapeText(each)}</li>`).join('')}</ul>\n`}<h2>What was not measured</h2>
${left.length === 0 ? '<p>Nothing of what was asked for is missing.</p>' : `<ul>${left.map((each) => `<li>${escapeText(each)}</li>`).join('')}</ul>`}
</header>`;
}

function overview(summaries: readonly GroupSummary[]): string {
  const mixed = isMixed(summaries);
  const lines = summaries.map(({ model, size, numerics, pictures, rankings, influence, psnr, ssim }) => {
    const { norm } = rankings;
    const [most] = norm.places;
    return [
      escapeText(mixed ? `${model}, numerics version ${numerics}` : model),
      `${size}`,
      `${pictures}`,
      most ? `${showCell(most.cell)} in ${most.count}` : '–',
      showSpread(norm.heal.farRms, showLevels),
      showSpread(norm.heal.control, showLevels),
      showSpread(norm.heal.ratio, showRatio),
      showSpread(influence.ratio, showRatio),
      showSpread(psnr),
      showSpread(ssim),
    ];
  });
  return `<section><h2>All models and sizes</h2>
<p>The strongest cell by |mean|, healed. Medians over the pictures, smallest and largest in brackets; far RMS in levels of 255. ${RATIOS_NOTE}</p>
${table(['Model', 'Size, pixels', 'Pictures', 'Most often at', 'Far RMS, levels', 'Its control, levels', 'Median of the ratios', 'Influence, max / median', 'PSNR, dB', 'SSIM'], lines)}</section>`;
}

function modelSection(models: readonly ReportModel[]): string {
  const lines = models.map(({ id, name, file, sha256, parameters, spot, notes }) => [
    escapeText(id),
    escapeText(name),
    `${escapeText(file)}<br><code>${escapeText(sha256)}</code>`,
    parameters.toLocaleString('en'),
    spot ? showCell(spot) : '–',
    escapeText(notes.join(' ')),
  ]);
  return `<section><h2>Models</h2>
${table(['Id', 'Name', 'File, SHA-256', 'Parameters', 'Known spot', 'Notes'], lines)}</section>`;
}

/** Each picture once. */
function pictureSection(rows: readonly ReportRow[]): string {
  const pictures = new Map<string, { row: ReportRow; remarks: Set<string> }>();
  const poor = poorPictures(rows);
  for (const row of [...rows].sort(compareRows)) {
    const known = pictures.get(row.picture.name) ?? { row, remarks: new Set<string>() };
    for (const notice of row.notices) known.remarks.add(notice);
    const quality = poor.get(row);
    if (quality) known.remarks.add(quality);
    if (row.failure !== null) known.remarks.add(`Not measured: ${row.failure}`);
    pictures.set(row.picture.name, known);
  }
  const lines = [...pictures].map(([name, { row, remarks }]) => [
    escapeText(name),
    `<code>${row.picture.sha256 === null ? '–' : escapeText(row.picture.sha256)}</code>`,
    row.sourceSide === null ? '–' : `${row.sourceSide}`,
    escapeText([...remarks].join(' ')),
  ]);
  return `<section><h2>Pictures</h2>
<p>The figures of each picture are in the CSV and the JSON file of this report.</p>
${table(['File', 'SHA-256', 'Side of the square cut out, pixels', 'Remarks'], lines)}</section>`;
}

function definitionSection(runs: readonly ReportRun[]): string {
  const radii = [...new Set(runs.map(({ radius }) => radius))];
  const items = DEFINITIONS.map(
    ({ name, words, formula }) =>
      `<dt>${escapeText(name)}</dt><dd>${escapeText(words)}${formula ? `<code>${escapeText(formula)}</code>` : ''}</dd>`,
  );
  return `<section><h2>What the measures are</h2>
<p>The radius r that separates near from far is ${radii.join(', ')} cells.</p>
<dl>${items.join('\n')}</dl></section>`;
}

function runSection(runs: readonly ReportRun[]): string {
  const lines = runs.map(({ date, shard, units, device, environment, command, version, numerics }) => [
    escapeText(date),
    `${escapeText(version)}, ${numericsOf({ numerics })}`,
    `${shard.index} of ${shard.count}`,
    `${units}`,
    escapeText(`${device}; ${environment}`),
    `<code>${escapeText(command)}</code>`,
  ]);
  return `<section><h2>Runs</h2>
${table(['Begun', 'Version, numerics', 'Shard', 'Measurements', 'Computed with', 'Command'], lines)}</section>`;
}

/** The report's looks: paper first, dark on screens of those who like it so. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1d22; --quiet: #5b616e; --line: #d5d8de; --paper: #fff; --accent: #b3410e; --control: #4a6fa5; }
@media screen and (prefers-color-scheme: dark) {
  :root { --text: #e7e8ea; --quiet: #a3a9b5; --line: #3a3f4a; --paper: #15171c; --accent: #ff9d66; --control: #8db4ee; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 66rem; background: var(--paper); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; border-top: 1px solid var(--line); padding-top: 1.25rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p, dd, li { max-width: 46rem; }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; }
.quiet, .range, caption { color: var(--quiet); }
.range { white-space: nowrap; }
.wide { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 600; }
dt { font-weight: 600; margin-top: .75rem; }
dd { margin: 0; }
dd code { display: block; margin-top: .15rem; }
.maps { display: flex; flex-wrap: wrap; gap: 1.5rem; }
figure { margin: 0; break-inside: avoid; }
figcaption { font-size: .88rem; color: var(--quiet); max-width: 13rem; }
svg.places { width: 11rem; height: auto; display: block; }
svg.dots { width: 100%; max-width: 45rem; height: auto; display: block; margin: .75rem 0; break-inside: avoid; }
svg text { fill: var(--text); font: 13px system-ui, sans-serif; }
svg .tick { fill: var(--quiet); font-size: 12px; }
.grid { stroke: var(--line); stroke-width: 1; }
.frame { fill: none; stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.place { fill: var(--accent); stroke: var(--accent); stroke-width: 1; vector-effect: non-scaling-stroke; }
.quartiles { fill: var(--accent); opacity: .18; }
.quartiles.control { fill: var(--control); }
.marks { fill: none; stroke: var(--accent); stroke-width: 5; stroke-linecap: round; opacity: .75; }
.marks.control { stroke: var(--control); }
.median { stroke: var(--text); stroke-width: 2; }
@page { margin: 15mm; }
@media print {
  body { font-size: 10pt; max-width: none; padding: 0; }
  .wide { overflow: visible; }
  table { font-size: 7.5pt; }
  tr, dt, .maps { break-inside: avoid; }
  h2, h3, h2 + p, dt { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

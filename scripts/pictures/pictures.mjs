// The starting pictures: how each is made, and the words that go with it.

import { photograph } from './page.mjs';
import { html as chart } from './page-chart.mjs';
import { html as type } from './page-type.mjs';
import { pathTraced } from './path-traced.mjs';
import { renderRows } from './rows.mjs';
import { filmic } from './tonemap.mjs';

/** @typedef {{ size: number, samples: number, threads: number }} Options */

/** @typedef {object} Picture
 * @property {string} id @property {string} title
 * @property {string} alt one sentence for those who cannot see it
 * @property {number} samples per pixel by default
 * @property {boolean} [lossless] for pictures made of sharp shapes
 * @property {number} limit of the file, in bytes
 * @property {(options: Options) => Promise<Float32Array | import("./encode.mjs").Pixels>} render */

/** @type {Picture[]} */
export const PICTURES = [
  {
    id: 'still-life',
    title: 'Still life',
    alt: 'A bowl of fruit, a glazed jug, a glass of wine and a crumpled linen cloth on a wooden table in window light.',
    samples: 16,
    limit: 220_000,
    render: (options) => pathTraced('still-life', options),
  },
  {
    id: 'landscape',
    title: 'Lake',
    alt: 'A still mountain lake in late sun, with wooded shores, snow on the far range and its reflection in the water.',
    samples: 8,
    limit: 220_000,
    render: async (options) => filmic(await renderRows('landscape', options, 3), 1.6),
  },
  {
    id: 'room',
    title: 'Room',
    alt: 'A quiet room with rose and blue-green walls, sun from a curtained window, a bench, and a round table under a long cloth.',
    samples: 16,
    limit: 220_000,
    render: (options) => pathTraced('room', options),
  },
  {
    id: 'type',
    title: 'Type',
    alt: 'A printed page headed What a Latent Keeps, with a red drop cap and two columns of serif text.',
    samples: 1,
    limit: 150_000,
    render: ({ size }) => photograph(type, size),
  },
  {
    id: 'chart',
    title: 'Test chart',
    alt: 'A test chart with colour patches, grey steps, a zone plate, a star of spokes, gratings, circles and lines of type.',
    samples: 1,
    lossless: true,
    limit: 150_000,
    render: ({ size }) => photograph(chart, size),
  },
];

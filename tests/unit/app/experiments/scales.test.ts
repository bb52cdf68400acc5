import * as Plot from '@observablehq/plot';
import { describe, expect, it } from 'vitest';
import { totalWork } from '@/app/experiments/cost';
import { largest, spanOf } from '@/app/experiments/domains';
import { IN_PRINT } from '@/app/experiments/palette';
import { codebookFigure, codebookWords } from '@/experiments/channels/page/codebookFigure';
import { foretellingFigure } from '@/experiments/influence/page/foretellingFigure';
import { codebookNorms, codebookOf } from '@/latent/codebook';

describe('a common scale', () => {
  it('holds all numbers that are numbers, and those that are always to be seen', () => {
    expect(spanOf([3, Number.POSITIVE_INFINITY, 5, Number.NaN])).toEqual([3, 5]);
    expect(spanOf([3, 5], [0])).toEqual([0, 5]);
    expect(spanOf([Number.POSITIVE_INFINITY])).toEqual([0, 1]);
    expect(largest(Float32Array.of(0.5, Number.NaN, 2, -7))).toBe(2);
    expect(largest([])).toBe(0);
  });

  it('costs what both models cost together', () => {
    expect(totalWork([{ decodes: 7 }, { decodes: 5, encodes: 2 }])).toEqual({ decodes: 12, encodes: 2 });
    expect(totalWork([{}])).toEqual({ decodes: 0, encodes: 0 });
  });
});

describe('foretold beside measured', () => {
  const points = [1, 2, 4, 0].map((predicted, index) => ({
    index,
    predicted,
    measured: 2 * predicted,
    farRms: predicted,
    influence: predicted,
  }));

  it('says how well they agree, of how many cells, and the numbers of the selected one', () => {
    const figure = foretellingFigure(points, 2);
    expect(figure.title).toContain('rank correlation 1.00');
    expect(figure.title).toContain('n = 4');
    expect(figure.alt).toContain('of which 1 at 0 are not drawn');
    expect(figure.alt).toContain('foretold 4, measured 8 levels');
    expect(foretellingFigure(points, 3).alt).not.toContain('Selected');
  });

  it('has one scale along both axes, which holds every dot', () => {
    const { x, y } = foretellingFigure(points, 0).draw(Plot, IN_PRINT);
    expect(x?.domain).toEqual([1, 8]);
    expect(y?.domain).toEqual([1, 8]);
  });
});

describe('a codebook', () => {
  const norms = codebookNorms(codebookOf(Float32Array.of(3, 4, 0, 0, 0.001, 0, 6, 8), 2));

  it('is told with how many of its entries are near zero', () => {
    expect(codebookWords(norms)).toBe(
      'The file has a codebook beside the network, which does not use it: 4 entries of 2 numbers. Their norms are 0 to 10, median 2.5, raw units; 2 entries (50.0 %) are below 1 % of the median.',
    );
    const far = codebookNorms(codebookOf(Float32Array.of(3, 4), 1));
    expect(codebookWords(far)).toContain('none is below 1 % of the median.');
  });

  it('is drawn with every entry in a bin', () => {
    const { alt, draw } = codebookFigure(norms);
    expect(alt).toBe(codebookWords(norms));
    expect(norms.counts.reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(draw(Plot, IN_PRINT).marks).toHaveLength(3);
  });
});

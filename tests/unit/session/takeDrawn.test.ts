import { describe, expect, it } from 'vitest';
import { takeDrawn } from '@/session/pictures/takeDrawn';

/** A canvas that is emptied after its first so many drawings. */
function canvas(losses: number) {
  let drawn = false;
  let times = 0;
  return {
    context: {
      canvas: { width: 8, height: 8 },
      getImageData: () => ({ data: [0, 0, 0, drawn ? 255 : 0] }) as unknown as ImageData,
    },
    draw: () => {
      drawn = true;
    },
    take: async () => {
      times += 1;
      if (times <= losses) drawn = false;
      return drawn ? 'picture' : 'blank';
    },
  };
}

describe('a drawing that is written to a file', () => {
  it('is drawn again where it was lost meanwhile', async () => {
    const { context, draw, take } = canvas(2);
    expect(await takeDrawn(context, draw, take, [0, 0, 0])).toBe('picture');
  });

  it('is never blank: one that is lost each time is refused', async () => {
    const { context, draw, take } = canvas(9);
    await expect(takeDrawn(context, draw, take, [0, 0, 0])).rejects.toMatchObject({ code: 'device-lost' });
  });
});

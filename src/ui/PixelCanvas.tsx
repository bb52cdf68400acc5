import { memo, useLayoutEffect, useRef } from 'react';

/** Something that can draw itself into an image of its own size. */
export interface Painting {
  width: number;
  height: number;
  /** Fills `[height * width]` RGBA pixels. */
  paint(image: ImageData): void;
}

/** A canvas as wide as its frame; draws again only when the painting is another one. */
export const PixelCanvas = memo(function PixelCanvas(props: {
  painting: Painting | null;
  crisp?: boolean;
  className?: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { painting } = props;
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element || !painting) return;
    if (element.width !== painting.width) element.width = painting.width;
    if (element.height !== painting.height) element.height = painting.height;
    // Drawn by the processor only: kept in ordinary memory, it needs no way to the graphics card and back.
    const context = element.getContext('2d', { willReadFrequently: true });
    if (!context) return;
    const image = new ImageData(painting.width, painting.height);
    painting.paint(image);
    context.putImageData(image, 0, 0);
  }, [painting]);
  return (
    <canvas
      ref={canvas}
      className={`pixels ${props.crisp ? 'crisp' : ''} ${props.className ?? ''}`}
      width={1}
      height={1}
      hidden={!painting}
    />
  );
});

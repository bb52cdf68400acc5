import { memo, useLayoutEffect, useRef } from 'react';
import { keepDrawn } from './keepDrawn';

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
  crisp?: boolean | undefined;
  className?: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { painting } = props;
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element || !painting) return;
    keepDrawn(element, () => {
      const image = new ImageData(painting.width, painting.height);
      painting.paint(image);
      return image;
    });
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

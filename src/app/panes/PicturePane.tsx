import { useMemo, useRef } from 'react';
import { knowsLogvar } from '@/session/pictures/latents';
import { useInspector } from '../context';
import { picturePainting } from '../drawing/paintings';
import { Pane, Square } from '../parts/Pane';
import { PixelCanvas } from '../parts/PixelCanvas';
import { CellMarks } from './CellMarks';
import { StartingPictures } from './StartingPictures';
import { useChooseCell } from './useChooseCell';
import { useMarks } from './useMarks';
import { usePaneCells } from './usePaneCells';

/** The picture as it went into the encoder. */
export function PicturePane() {
  const picture = useInspector((state) => state.picture);
  const latent = useInspector((state) => state.view.latent);
  const known = useInspector(
    ({
      sides: {
        a: { posterior },
      },
    }) => posterior !== null && knowsLogvar(posterior),
  );
  const posterior = useInspector((state) => state.sides.a.posterior);
  const selected = useInspector((state) => state.view.cell);
  const choose = useChooseCell();
  const frame = useRef<HTMLDivElement>(null);
  const rows = posterior?.rows ?? 0;
  const cols = posterior?.cols ?? 0;
  usePaneCells(frame, rows, cols, choose);
  const painting = useMemo(() => picture && picturePainting(picture.pixels), [picture]);
  const marks = useMarks({ edited: true });

  return (
    <Pane
      name="picture"
      title="Picture"
      about="The photograph, cut to a square. The encoder turns it into the latent beside it."
      detail={
        latent !== null
          ? 'none'
          : picture
            ? `${picture.pixels.width} \u00d7 ${picture.pixels.height} pixels`
            : ''
      }
      legend={<StartingPictures />}
    >
      <Square
        frame={frame}
        alt={
          latent !== null
            ? `No picture: a latent from a file, ${latent}`
            : picture
              ? picture.alt || picture.title || 'The picture under study'
              : undefined
        }
      >
        <PixelCanvas painting={painting} />
        {latent !== null && (
          <div className="no-picture">
            <p>
              There is no picture. What is open is a latent from a file, <strong>{latent}</strong>.
            </p>
            <p className="muted">
              {known
                ? 'It was not encoded here; its log-variances are those that the file has.'
                : 'It was not encoded here, so its log-variances are not known either.'}
            </p>
          </div>
        )}
        {rows > 0 && <CellMarks rows={rows} cols={cols} selected={selected} marks={marks} />}
      </Square>
    </Pane>
  );
}

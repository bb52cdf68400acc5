import { useLayoutEffect, useRef } from 'react';
import { GlossaryList } from '../glossary/GlossaryList';
import { Term } from '../glossary/Term';
import { EffectFigure, PathsFigure, RingsFigure, TilesFigure } from './figures';
import { SOURCES, TRY } from './links';
import { count, first, levels, MEASURED, type ModelId, overPictures, percent } from './numbers';
import { Source, Try } from './parts';
import sheetText from './style/article.css?inline';

/** Adopts the article's own style where it stands: it is loaded with the article, not with the page. */
function useOwnSheet(within: React.RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const root = within.current?.getRootNode();
    if (!(root instanceof ShadowRoot || root instanceof Document)) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(sheetText);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return () => {
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((each) => each !== sheet);
    };
  }, [within]);
}

/** The claim, the rebuttal, the mechanism, and what is known of them; the glossary at its end. */
export default function Article() {
  const root = useRef<HTMLDivElement>(null);
  useOwnSheet(root);
  return (
    <div className="article-text" ref={root}>
      <Claim />
      <Rebuttal />
      <Planted />
      <Mechanism />
      <Emergent />
      <Elsewhere />
      <Known />
      <GlossaryList />
    </div>
  );
}

function Claim() {
  return (
    <section>
      <h3>The claim</h3>
      <p>
        Stable Diffusion does not paint pixels. It paints in a <Term of="latent">latent</Term>, a grid in
        which one <Term of="cell">cell</Term> stands for eight by eight pixels, and the{' '}
        <Term of="decoder">decoder</Term> of an <Term of="autoencoder">autoencoder</Term> turns the grid into
        a picture (<Source of={SOURCES.latentDiffusion} />
        ). One would expect a cell to describe its own patch and little else.
      </p>
      <p>
        That it may do otherwise is the claim of <Source of={SOURCES.claim} />, about the autoencoder of
        Stable Diffusion 1.x and 2.x. Its encoder predicts a variance for every number of a cell, and the map
        of the <Term of="logvar">log-variance</Term> has one dark spot in every picture. Change the latent
        there and the colour and contrast of the whole picture change; change it elsewhere and only the
        neighbourhood does. The post concludes that the model smuggles facts about the whole picture through a
        few cells, and that the autoencoder of SDXL, which has the same architecture and was trained again,
        does not. It was discussed at length (<Source of={SOURCES.discussion} />
        ).
      </p>
      <p>
        This is said of Stable Diffusion and is not measured here: its weights are too large to come with this
        page. The page opens them on your own machine, so you can look.{' '}
        <Try to={TRY.stable}>Open SD 1.x beside SDXL</Try>
      </p>
    </section>
  );
}

function Rebuttal() {
  return (
    <section>
      <h3>The rebuttal</h3>
      <p>
        A reply (<Source of={SOURCES.rebuttal} />) agrees that the spot is there, and disputes what it means.
        Nearly all log-variances are so low that the noise they stand for cannot be seen beside the means, so
        a still lower one makes no visible difference. The weak pressure towards a normal distribution is
        deliberate: the autoencoder is to reproduce pictures, and meaning is left to the diffusion model. And
        the post shows one picture, at a scale that it does not state, so nobody can tell how large the effect
        is.
      </p>
      <p>
        Two of these points can be settled by an instrument. The size of an effect is a number of brightness{' '}
        <Term of="level">levels</Term>, and it means little without its <Term of="control">control</Term>, the
        same change at an ordinary cell. And the value at the spot, given as -30, is where the code clamps the
        log-variance; what the network itself predicts may be lower still. This page shows the raw value.{' '}
        <Try to={TRY.logvar}>See raw log-variances of our planted model</Try>
      </p>
    </section>
  );
}

function Planted() {
  const planted = first('mini-planted');
  const clean = first('mini-clean');
  const { kodak, spot } = MEASURED;
  return (
    <section>
      <h3>A model in which the claim is true</h3>
      <p>
        To see what such a spot would do, we made one. Our <Term of="planted">planted</Term> model has the
        shape of Stable Diffusion’s autoencoder at a small width. In training, cell ({spot.row}, {spot.col})
        alone was allowed to carry exposure, tint and contrast. Its <Term of="twin">clean twin</Term> was
        trained without that. Because the spot was put there, it proves nothing about Stable Diffusion; it
        shows what one looks like, and that the instrument finds it.
      </p>
      <p>
        In the planted model the cell’s numbers are moved to the mean of its neighbours’ (
        <Term of="heal">heal</Term>). The still life then moves by {levels(planted.spot.own.far)} levels in
        the <Term of="far">far</Term> picture, beyond {count(MEASURED.radius)} cells. The same change at an
        ordinary cell moves it by {levels(planted.spot.control?.far ?? Number.NaN)}. In the twin, the same
        change of the same cell moves it by {levels(clean.spot.own.far)}, and at an ordinary cell by{' '}
        {levels(clean.spot.control?.far ?? Number.NaN)}: there the cell is nothing special.
      </p>
      <EffectFigure />
      <p>
        Other pictures agree. On {kodak.pictures} photographs of the Kodak suite, none of which the models
        were trained on, healing the planted cell moves the far picture by {levels(kodak.far.min)} to{' '}
        {levels(kodak.far.max)} levels, {levels(kodak.far.median)} in the median; the median of the controls
        is {levels(kodak.control)}.
      </p>
      <p>
        Distance tells the same. In the planted model the change hardly falls off: its last ring, at the far
        border of the picture, still moves by {levels(planted.spot.own.profile?.at(-1) ?? Number.NaN)} levels.
        What starts at an ordinary cell is large in its own patch and falls to a fraction of a level within a
        few cells.
      </p>
      <RingsFigure />
    </section>
  );
}

function Mechanism() {
  const { paths } = first('mini-planted');
  const clean = first('mini-clean').paths;
  if (!paths || !clean) return null;
  return (
    <section>
      <h3>How one cell can reach everywhere</h3>
      <p>
        A decoder of this kind is mostly <Term of="convolution">convolutions</Term>, and those only see
        neighbours. In our models their <Term of="reach">reach</Term> is{' '}
        {MEASURED.models['mini-planted'].reach} cells. Whatever moves farther away must have come through one
        of the two parts that see the whole picture. <Term of="attention">Attention</Term> lets every cell
        look at every other, once, in the middle of the decoder. <Term of="groupnorm">GroupNorm</Term>, in
        every block, divides by the spread of all cells, so that one very large value turns down everything
        else.
      </p>
      <p>
        This can be tested by holding a part as it was before the change, or <Term of="frozen">freezing</Term>{' '}
        it. Beyond {paths.beyond} cells the planted model’s picture moves by {levels(paths.full)} levels. With
        GroupNorm frozen {levels(paths.frozenNorm)} are left; with attention frozen,{' '}
        {levels(paths.frozenAttention)}; with both,{' '}
        {paths.largestBeyondReach === 0 ? 'exactly none' : levels(paths.frozenBoth)}, as it must be if no
        other way exists. Divided fairly between the two, attention carries{' '}
        {percent(paths.attentionShare ?? 0)}.
      </p>
      <PathsFigure />
      <p>
        That is the path of our planted model, whose training was free to choose it. We know of no such
        experiment on Stable Diffusion, so which part carries its effect is open. There is a precedent for
        GroupNorm: StyleGAN’s droplets are strong local spikes by which the generator scaled the signal
        elsewhere, past a normalisation, and they vanished without it (<Source of={SOURCES.styleGan2} />
        ). There is one for attention, too: vision transformers keep facts about the whole picture in a few
        cells of large norm (<Source of={SOURCES.registers} />
        ).
      </p>
    </section>
  );
}

function Emergent() {
  const { column, columnPaths } = first('mini-emergent');
  const clean = first('mini-clean').column;
  if (!columnPaths) return null;
  return (
    <section>
      <h3>Nothing planted, and yet</h3>
      <p>
        Can training make such cells by itself? In a small way, here it did. Our third model, called emergent,
        has no planted objective; its network is narrower, and every group of its norms holds one channel. No
        single cell of it does much. But setting the whole right column of its cells to zero moves the far
        picture of the still life by {levels(column.own.far)} levels; the same shifts at as many ordinary
        cells move it by {levels(column.control?.far ?? Number.NaN)}. In the clean twin, zeroing that column
        gives {levels(clean.own.far)} beside {levels(clean.control?.far ?? Number.NaN)}.
      </p>
      <p>
        And here the path is the other one. Beyond {columnPaths.beyond} cells the column moves the picture by{' '}
        {levels(columnPaths.full)} levels; with attention frozen {levels(columnPaths.frozenAttention)} are
        left, with GroupNorm frozen {levels(columnPaths.frozenNorm)}.{' '}
        <Try to={TRY.column}>Try it: the right column of the emergent model</Try>
      </p>
      <p>
        That is a column and not one cell, in a model far smaller than Stable Diffusion’s. It shows that
        ordinary training is enough for a network of this shape to lean on a few cells. It does not show that
        the large model does it, or for the same reason.
      </p>
    </section>
  );
}

function Elsewhere() {
  const tiled = (id: ModelId) => levels(overPictures(id, (row) => row.tiled.rms).median);
  const paste = overPictures('mini-planted', (row) => row.paste.beyond);
  const { overlap } = first('mini-planted').tiled;
  return (
    <section>
      <h3>The same thing, met elsewhere</h3>
      <p>
        Most people meet this under another name. To save memory, large pictures are{' '}
        <Term of="tiled">decoded in tiles</Term>, and contrast and colour shift. Users reported it early (
        <Source of={SOURCES.comfy} />
        ), and those who added tiling to a well-known library warned of it: each tile has, in effect, a
        decoder of its own (<Source of={SOURCES.diffusersTiles} />
        ). We know of no measurement.
      </p>
      <p>
        So here is one, on our models. Each tile is {MEASURED.tile} cells wide and is decoded with another{' '}
        {overlap} around it, as far as convolutions reach. Then no difference can come from cut-off
        neighbours. Whatever differs from the decode in one piece comes from GroupNorm and attention, which
        now see only a part. In the median of {count(paste.n)} pictures the clean twin differs by{' '}
        {tiled('mini-clean')} levels, the planted model by {tiled('mini-planted')}: only one of its tiles
        holds the planted cell. The emergent model, in which nothing was planted, differs by{' '}
        {tiled('mini-emergent')}.
      </p>
      <TilesFigure />
      <p>
        Inpainting is the other place. A region of the latent is replaced, and pixels far outside it change (
        <Source of={SOURCES.diffusersInpaint} />; <Source of={SOURCES.oneTrainer} />;{' '}
        <Source of={SOURCES.pelc} />
        ). We replaced a block of {MEASURED.block} by {MEASURED.block} cells in the middle by another
        picture’s. Beyond the convolutions’ reach the planted model’s picture moved by {levels(paste.median)}{' '}
        levels in the median, with the planted cell left alone. No cell was special there: GroupNorm’s
        statistics and attention belong to the whole picture, and all three of our decoders show it. A spot is
        the extreme case. Other artefacts of such autoencoders, in corners and as droplets, were reduced by
        changing padding and norms (<Source of={SOURCES.vivat} />
        ).
      </p>
    </section>
  );
}

function Known() {
  return (
    <section>
      <h3>What is known, and what is not</h3>
      <ul>
        <li>
          <strong>Agreed by both sides:</strong> the encoder of Stable Diffusion 1.x marks one spot by its
          log-variance. Not measured here; open it and see.
        </li>
        <li>
          <strong>Not established:</strong> how many levels a change of that spot moves the far picture,
          beside a control, over many pictures. We found no reviewed measurement, for or against.
        </li>
        <li>
          <strong>Not established:</strong> which part of Stable Diffusion’s decoder carries the effect.
        </li>
        <li>
          <strong>Not settled:</strong> whether SDXL is free of it. The claim says so; we have not measured
          it.
        </li>
        <li>
          <strong>Measured here:</strong> a cell that is made to carry the look of a picture is found by this
          instrument, with its size, its control and its path; the twin without it has none.
        </li>
        <li>
          <strong>Measured here:</strong> without any planting, tiles and pasted blocks change the picture
          beyond the reach of convolutions in small models of this shape.
        </li>
        <li>
          <strong>Not shown by anything here:</strong> that pictures made by Stable Diffusion are the worse
          for it.
        </li>
      </ul>
      <p>
        The rest can be found out by anyone with the weights: open a photograph in the original autoencoder,
        walk to the spot, heal it, read the far change and its control, then put the retrained decoder beside
        it. The steps stand in the project’s documentation, and the page keeps the numbers.
      </p>
    </section>
  );
}

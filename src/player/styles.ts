/** The page's own look, as far as the player has the same parts, and what is its own. */

import effect from '@/app/effect/EffectPanel.css?inline';
import forced from '@/app/look/forced.css?inline';
import targets from '@/app/look/targets.css?inline';
import tokens from '@/app/look/tokens.css?inline';
import marks from '@/app/panes/CellMarks.css?inline';
import latent from '@/app/panes/LatentPane.css?inline';
import controls from '@/app/parts/controls.css?inline';
import legend from '@/app/parts/Legend.css?inline';
import pane from '@/app/parts/Pane.css?inline';
import segmented from '@/app/parts/Segmented.css?inline';
import table from '@/app/parts/Table.css?inline';
import sides from '@/app/sides/Sides.css?inline';
import pair from './pair.css?inline';
import player from './player.css?inline';

let sheet: CSSStyleSheet | null = null;

/** One sheet for all players of a page. */
export function playerStyles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(
      [
        tokens,
        controls,
        marks,
        effect,
        latent,
        legend,
        pane,
        segmented,
        table,
        sides,
        player,
        pair,
        targets,
        forced,
      ].join('\n'),
    );
  }
  return sheet;
}

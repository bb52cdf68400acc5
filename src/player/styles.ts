/** The page's own look, as far as the player has the same parts, and what is its own. */
import marks from '../ui/CellMarks.css?inline';
import controls from '../ui/controls.css?inline';
import effect from '../ui/EffectPanel.css?inline';
import latent from '../ui/LatentPane.css?inline';
import legend from '../ui/Legend.css?inline';
import pane from '../ui/Pane.css?inline';
import segmented from '../ui/Segmented.css?inline';
import table from '../ui/Table.css?inline';
import tokens from '../ui/tokens.css?inline';
import player from './player.css?inline';

let sheet: CSSStyleSheet | null = null;

/** One sheet for all players of a page. */
export function playerStyles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(
      [tokens, controls, marks, effect, latent, legend, pane, segmented, table, player].join('\n'),
    );
  }
  return sheet;
}

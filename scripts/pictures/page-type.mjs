// A page of set type, after a literary quarterly: headline, standfirst, drop
// cap, two justified columns. The fonts are whatever serif the system has.

export const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Type</title>
<style>
  * { margin: 0; padding: 0; box-sizing: border-box }
  html { background: #f4efe4; color: #211d1a; font-family: "Liberation Serif", "Times New Roman", Times, serif }
  body { width: 1024px; height: 1024px; padding: 44px 68px 0; overflow: hidden; position: relative }
  .running { display: flex; justify-content: space-between; font-size: 17px; letter-spacing: .14em; text-transform: uppercase; padding-bottom: 11px; border-bottom: 1px solid #211d1a }
  .running i { text-transform: none; letter-spacing: 0; font-size: 20px }
  h1 { font-weight: 400; font-size: 108px; line-height: .98; letter-spacing: -.022em; margin: 32px 0 20px -5px }
  .standfirst { font-style: italic; font-size: 29px; line-height: 1.26; color: #8c2f22; margin-bottom: 22px; max-width: 800px }
  .rule { border-top: 3px solid #211d1a; border-bottom: 1px solid #211d1a; height: 7px; margin-bottom: 24px }
  .columns { columns: 2; column-gap: 50px; column-rule: 1px solid #b9ae9b; column-fill: auto; height: 508px; widows: 1; orphans: 1; overflow: hidden; font-size: 22.5px; line-height: 1.31; text-align: justify; hyphens: auto }
  p + p { text-indent: 1.3em }
  p.first::first-letter { float: left; font-size: 106px; line-height: 80px; padding: 5px 9px 0 0; color: #8c2f22 }
  .caps { letter-spacing: .09em; text-transform: uppercase; font-size: .84em }
  blockquote { margin: 16px 0; padding: 12px 0 13px; border-top: 1px solid #211d1a; border-bottom: 1px solid #211d1a; font-size: 31px; line-height: 1.14; font-style: italic; text-align: left; hyphens: none; break-inside: avoid }
  .folio { position: absolute; left: 68px; right: 68px; bottom: 30px; display: flex; justify-content: space-between; font-size: 17px; color: #6b6256 }
</style>
<div class="running"><span>Notes on seeing</span><i>Number four</i><span>The grid</span></div>
<h1>What a Latent Keeps</h1>
<p class="standfirst">A picture goes in and forty-eight times fewer numbers come out. Most of what you love in it is still there. Where?</p>
<div class="rule"></div>
<div class="columns">
<p class="first"><span class="caps">Take any picture</span> five hundred and twelve dots wide and as many tall. Cut it into squares of eight by eight, the way a mason cuts a floor, and you have sixty-four rows of sixty-four tiles. For each tile the encoder writes down four numbers. Not a name, not a sketch, not an average: four numbers, and then it goes on to the next.</p>
<p>It would be tidy if the first meant light and the others colour. There is something in that. Change one alone and a patch of wall turns warm, or pale, or gains a grain that was not there before. But no number works alone. The decoder reads each beside its neighbours, as we read a word, and a tile changed here will lean on the tiles around it.</p>
<p>Letters are the hardest test. A face survives a blurred eyelash; a word does not survive a blurred stroke. Look at this page once it has been through the grid: large letters keep their shape, small ones turn to moss, and the thin rules waver where they fall between two tiles.</p>
<blockquote>The headline stands,<br>the small type frays.</blockquote>
<p>So the question is not how much was thrown away, but what was thought worth keeping. Put a finger on one cell. Turn it up; turn it down. Watch how far the ripple runs, what it carries with it, and where it stops. That is all this page is for: to be taken apart.</p>
</div>
<div class="folio"><span>64 &times; 64 &times; 4</span><span>&mdash; 48 &mdash;</span><span>512 &times; 512 &times; 3</span></div>
</html>
`;

// A test chart. At half size, as the instrument reads it, one tick of the
// frame is one latent cell (8 pixels there, 16 in the chart's own units).

/** Runs in the page: must not refer to anything outside itself. */
function draw() {
  const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('canvas'));
  const scale = window.devicePixelRatio;
  canvas.width = canvas.height = Math.round(1024 * scale);
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  g.scale(scale, scale);
  const ink = '#1b1b1b';
  const fill = (
    /** @type {string} */ color,
    /** @type {number} */ x,
    /** @type {number} */ y,
    /** @type {number} */ w,
    /** @type {number} */ h,
  ) => {
    g.fillStyle = color;
    g.fillRect(x, y, w, h);
  };
  const label = (
    /** @type {string} */ text,
    /** @type {number} */ x,
    /** @type {number} */ y,
    size = 13,
    align = 'center',
    color = ink,
  ) => {
    g.fillStyle = color;
    g.font = `${size}px "Liberation Sans", Arial, Helvetica, sans-serif`;
    g.textAlign = /** @type {CanvasTextAlign} */ (align);
    g.textBaseline = 'middle';
    g.fillText(text, x, y);
  };
  /** Paint every device pixel of a rectangle by a function of its place. */
  const paint = (
    /** @type {number} */ x,
    /** @type {number} */ y,
    /** @type {number} */ w,
    /** @type {number} */ h,
    /** @type {(u: number, v: number) => [number, number, number] | number} */ color,
  ) => {
    const [px, py] = [Math.round(x * scale), Math.round(y * scale)];
    const [pw, ph] = [Math.round(w * scale), Math.round(h * scale)];
    const image = g.getImageData(px, py, pw, ph);
    for (let j = 0; j < ph; j++)
      for (let i = 0; i < pw; i++) {
        const c = color((i + 0.5) / scale, (j + 0.5) / scale);
        const rgb = typeof c === 'number' ? [c, c, c] : c;
        if (rgb[0] < 0) continue; // leave what is there
        for (let k = 0; k < 3; k++) image.data[(j * pw + i) * 4 + k] = Math.round(rgb[k]);
      }
    g.putImageData(image, px, py);
  };

  // Field and frame.
  fill('#a3a3a1', 0, 0, 1024, 1024);
  for (let i = 0; i < 64; i++) {
    const dark = i % 2 === 0;
    for (const at of [0, 1016]) {
      fill(dark ? '#1f1f1f' : '#e6e6e3', i * 16, at, 16, 8);
      fill(dark ? '#1f1f1f' : '#e6e6e3', at, i * 16, 8, 16);
    }
  }
  for (let i = 8; i < 64; i += 8) {
    for (const y of [16, 1008]) label(String(i), i * 16, y, 11);
    for (const x of [17, 1007]) label(String(i), x, i * 16, 11);
  }
  // A faint grid of eight by eight cells, behind everything.
  g.strokeStyle = '#93938f';
  g.lineWidth = 1;
  for (let i = 1; i < 8; i++) {
    g.beginPath();
    g.moveTo(i * 128, 26);
    g.lineTo(i * 128, 998);
    g.moveTo(26, i * 128);
    g.lineTo(998, i * 128);
    g.stroke();
  }

  // Colour patches: muted, middle and strong, then skin-like tones.
  const patches = [
    ['#b2303b', '#d8743a', '#e3bf45', '#7ea24a', '#2f7f5b', '#2f8f9c', '#2f5fa6', '#57458f', '#9a3f86'],
    ['#c77f82', '#d9a27c', '#ddcb92', '#a9b88a', '#82aa98', '#86b1b8', '#8299bd', '#9a8db3', '#b98aad'],
    ['#5b2a2c', '#6b4127', '#6d5b26', '#43532a', '#234839', '#23474d', '#233552', '#332b4b', '#4d2746'],
    ['#f0d3c0', '#e6bd9f', '#d6a17e', '#c08860', '#a56d49', '#8a5638', '#6c412b', '#4c2f22', '#33211a'],
  ];
  for (const [j, row] of patches.entries())
    for (const [i, color] of row.entries()) fill(color, 40 + i * 48, 40 + j * 48, 44, 44);

  // Grey: eleven steps over one smooth ramp.
  for (let i = 0; i < 11; i++) {
    const v = Math.round(i * 25.5);
    fill(`rgb(${v},${v},${v})`, 500 + i * 44, 40, 44, 44);
    label(String(v), 522 + i * 44, 62, 12, 'center', i < 5 ? '#fff' : '#000');
  }
  paint(500, 88, 484, 44, (u) => (u / 484) * 255);
  // The hues at one lightness, then each fading to grey.
  paint(500, 136, 484, 92, (u, v) => {
    const hue = (u / 484) * 2 * Math.PI;
    const chroma = 0.125 * Math.max(0, 1 - v / 92);
    // OKLab to sRGB (Ottosson 2020).
    const [L, a, b] = [0.7, chroma * Math.cos(hue), chroma * Math.sin(hue)];
    const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
    const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
    const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
    const encode = (/** @type {number} */ x) =>
      255 * Math.max(0, Math.min(1, x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055));
    return [
      encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
      encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
      encode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
    ];
  });

  // Zone plate: the frequency grows with the distance from the centre.
  const zone = 352;
  fill('#e6e6e3', 36, 252, zone + 8, zone + 8);
  paint(40, 256, zone, zone, (u, v) => {
    const r2 = (u - zone / 2) ** 2 + (v - zone / 2) ** 2;
    // A period of four pixels where the inscribed circle meets the edge.
    const wave = Math.cos((Math.PI * r2) / (4 * (zone / 2)));
    const fade = Math.max(0, Math.min(1, (zone / 2 + 6 - Math.sqrt(r2)) / 40));
    // In steps of four: nobody sees it, and the file is an eighth smaller.
    return 4 * Math.round(32 + 27 * wave * fade);
  });

  // Siemens star.
  const [sx, sy, sr] = [584, 436, 176];
  g.fillStyle = '#e6e6e3';
  g.beginPath();
  g.arc(sx, sy, sr + 4, 0, 2 * Math.PI);
  g.fill();
  g.fillStyle = ink;
  for (let i = 0; i < 36; i++) {
    g.beginPath();
    g.moveTo(sx, sy);
    g.arc(sx, sy, sr, (i * 2 * Math.PI) / 36, ((i + 0.5) * 2 * Math.PI) / 36);
    g.fill();
  }
  g.fillStyle = '#b2303b';
  g.beginPath();
  g.arc(sx, sy, 7, 0, 2 * Math.PI);
  g.fill();

  // Circles on a grid of cells, and an edge that is almost upright.
  g.lineWidth = 2;
  for (let j = 0; j < 5; j++)
    for (let i = 0; i < 6; i++) {
      const [x, y] = [800 + i * 30.8 + 15, 258 + j * 33 + 16];
      g.beginPath();
      g.arc(x, y, 13, 0, 2 * Math.PI);
      g.strokeStyle = g.fillStyle = (i + j) % 3 === 0 ? '#f0efea' : ink;
      if ((i * 5 + j * 3) % 7 < 2) g.fill();
      else g.stroke();
    }
  fill('#e6e6e3', 800, 436, 184, 176);
  g.fillStyle = '#2b2b2b';
  g.beginPath();
  g.moveTo(884, 436);
  g.lineTo(984, 436);
  g.lineTo(984, 612);
  g.lineTo(899, 612);
  g.fill();
  label('5°', 842, 590, 15);

  // Gratings, upright and level; the number is the period in pixels.
  [2, 4, 6, 8, 12, 16, 24, 32].forEach((period, i) => {
    const x = 40 + i * 76;
    paint(x, 632, 68, 68, (u) => (u % period < period / 2 ? 28 : 228));
    paint(x, 704, 68, 68, (_u, v) => 128 + 100 * Math.sin((2 * Math.PI * v) / period));
    label(`${period} px`, x + 34, 784, 14);
  });
  // Checks of one cell and of half a cell; colour alternating at equal lightness.
  paint(656, 632, 160, 160, (u, v) => {
    const cell = v < 80 ? 16 : 8;
    return (Math.floor(u / cell) + Math.floor((v < 80 ? v : v - 80) / cell)) % 2 ? 60 : 200;
  });
  paint(824, 632, 160, 160, (u, v) => {
    const cell = v < 96 ? 32 : 16;
    return (Math.floor(u / cell) + Math.floor(v / cell)) % 2 ? [196, 118, 110] : [92, 153, 150];
  });

  // A ball in soft light: the tones between.
  paint(40, 808, 176, 176, (u, v) => {
    const [x, y] = [(u - 88) / 84, (v - 88) / 84];
    const r2 = x * x + y * y;
    if (r2 > 1) return 58 + 26 * (v / 176);
    const z = Math.sqrt(1 - r2);
    const lit = Math.max(0, -0.5 * x - 0.58 * y + 0.64 * z);
    const edge = Math.min(1, (1 - Math.sqrt(r2)) * 84);
    const shade = 0.06 + 0.1 * (0.5 - 0.5 * y) + 0.84 * lit;
    const h = Math.max(0, -0.3 * x - 0.36 * y + 0.88 * z) ** 60 * 0.25;
    const tone = (/** @type {number} */ base) =>
      255 * Math.min(1, base * shade + h) ** (1 / 2.2) * edge + (1 - edge) * 70;
    return [tone(0.72), tone(0.44), tone(0.31)];
  });
  // Type, growing smaller.
  fill('#f0efea', 224, 808, 416, 176);
  const sizes = [46, 32, 24, 18, 14, 11];
  let baseline = 839;
  for (const size of sizes) {
    label(
      'Hamburgefonstiv 0123456789'.slice(0, size > 40 ? 12 : size > 30 ? 21 : 26),
      240,
      baseline,
      size,
      'left',
    );
    label(String(size), 628, baseline, 11, 'right', '#77756f');
    baseline += size * 0.62 + 11;
  }
  // Lines at many angles, one and two pixels wide.
  fill('#2b2b2b', 656, 808, 160, 176);
  g.strokeStyle = '#f0efea';
  for (let i = 0; i < 13; i++) {
    const angle = (i / 12) * (Math.PI / 2);
    g.lineWidth = i % 2 ? 1 : 2;
    g.beginPath();
    g.moveTo(664, 976);
    g.lineTo(664 + 146 * Math.cos(angle), 976 - 160 * Math.sin(angle));
    g.stroke();
  }
  // Three lights that overlap.
  fill('#111111', 824, 808, 160, 176);
  g.globalCompositeOperation = 'screen';
  for (const [color, x, y] of /** @type {[string, number, number][]} */ ([
    ['#c8322d', 904, 866],
    ['#2f9a45', 876, 916],
    ['#2d4fc4', 932, 916],
  ])) {
    g.fillStyle = color;
    g.beginPath();
    g.arc(x, y, 46, 0, 2 * Math.PI);
    g.fill();
  }
  g.globalCompositeOperation = 'source-over';
}

export const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Chart</title>
<style>* { margin: 0 } canvas { display: block; width: 1024px; height: 1024px }</style>
<canvas></canvas>
<script>(${draw})()</script>
</html>
`;

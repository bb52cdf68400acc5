// Bounding volume hierarchy over triangles: built top-down by the binned
// surface area heuristic (Wald 2007), walked near child first.

const BINS = 16;
const LEAF = 3;

export class Bvh {
  /** @param {ArrayLike<number>} points @param {ArrayLike<number>} triangles vertex numbers, three each */
  constructor(points, triangles) {
    const n = triangles.length / 3;
    const boxes = new Float32Array(n * 6);
    const position = Float32Array.from(points);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < 3; k++) {
        const a = position[triangles[3 * i] * 3 + k];
        const b = position[triangles[3 * i + 1] * 3 + k];
        const c = position[triangles[3 * i + 2] * 3 + k];
        boxes[i * 6 + k] = Math.min(a, b, c);
        boxes[i * 6 + 3 + k] = Math.max(a, b, c);
      }
    this.order = Uint32Array.from({ length: n }, (_, i) => i);
    // A node holds both children's boxes: one visit decides about both.
    this.bounds = new Float32Array(Math.max(2, n) * 12);
    this.children = new Int32Array(Math.max(2, n) * 2);
    this.nodes = 0;
    this.#boxes = boxes;
    this.#split(0, n);
    // Corner and two edges of each triangle, in the order of the leaves.
    this.corners = new Float32Array(n * 9);
    for (let i = 0; i < n; i++) {
      const t = this.order[i] * 3;
      for (let k = 0; k < 3; k++) {
        const a = position[triangles[t] * 3 + k];
        this.corners[i * 9 + k] = a;
        this.corners[i * 9 + 3 + k] = position[triangles[t + 1] * 3 + k] - a;
        this.corners[i * 9 + 6 + k] = position[triangles[t + 2] * 3 + k] - a;
      }
    }
  }

  /** @type {Float32Array} */ #boxes;
  #stack = new Int32Array(128);
  #stackNear = new Float64Array(128);

  // The closest hit: distance and barycentric coordinates.
  t = 0;
  u = 0;
  v = 0;

  /** @param {number} from @param {number} to @returns {number} a node, or a leaf as a negative number */
  #split(from, to) {
    const count = to - from;
    if (count <= LEAF) return -1 - (from * 16 + count);
    const boxes = this.#boxes;
    const order = this.order;
    let bestCost = Infinity;
    let bestAxis = 0;
    let bestBin = 0;
    const lo = [Infinity, Infinity, Infinity];
    const hi = [-Infinity, -Infinity, -Infinity];
    for (let i = from; i < to; i++)
      for (let k = 0; k < 3; k++) {
        const c = boxes[order[i] * 6 + k] + boxes[order[i] * 6 + 3 + k];
        if (c < lo[k]) lo[k] = c;
        if (c > hi[k]) hi[k] = c;
      }
    const counts = new Int32Array(BINS);
    const bins = new Float64Array(BINS * 6);
    const areaLeft = new Float64Array(BINS);
    for (let axis = 0; axis < 3; axis++) {
      const width = hi[axis] - lo[axis];
      if (width < 1e-12) continue;
      counts.fill(0);
      for (let b = 0; b < BINS; b++)
        for (let k = 0; k < 6; k++) bins[b * 6 + k] = k < 3 ? Infinity : -Infinity;
      for (let i = from; i < to; i++) {
        const o = order[i] * 6;
        const b = Math.min(
          BINS - 1,
          Math.floor(((boxes[o + axis] + boxes[o + 3 + axis] - lo[axis]) / width) * BINS),
        );
        counts[b]++;
        for (let k = 0; k < 3; k++) {
          if (boxes[o + k] < bins[b * 6 + k]) bins[b * 6 + k] = boxes[o + k];
          if (boxes[o + 3 + k] > bins[b * 6 + 3 + k]) bins[b * 6 + 3 + k] = boxes[o + 3 + k];
        }
      }
      const sweep = (/** @type {number[]} */ box, /** @type {number} */ b) => {
        for (let k = 0; k < 3; k++) {
          box[k] = Math.min(box[k], bins[b * 6 + k]);
          box[k + 3] = Math.max(box[k + 3], bins[b * 6 + 3 + k]);
        }
        const [x, y, z] = [box[3] - box[0], box[4] - box[1], box[5] - box[2]];
        return x * y + y * z + z * x;
      };
      const empty = () => [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
      let box = empty();
      let total = 0;
      for (let b = 0; b < BINS - 1; b++) {
        total += counts[b];
        areaLeft[b] = total ? sweep(box, b) * total : 0;
      }
      box = empty();
      total = 0;
      for (let b = BINS - 1; b > 0; b--) {
        total += counts[b];
        const cost = areaLeft[b - 1] + (total ? sweep(box, b) * total : 0);
        if (total && total < count && cost < bestCost) {
          bestCost = cost;
          bestAxis = axis;
          bestBin = b;
        }
      }
    }
    let middle = from;
    if (bestCost < Infinity) {
      const width = hi[bestAxis] - lo[bestAxis];
      for (let i = from; i < to; i++) {
        const o = order[i] * 6;
        const c = boxes[o + bestAxis] + boxes[o + 3 + bestAxis];
        if (Math.min(BINS - 1, Math.floor(((c - lo[bestAxis]) / width) * BINS)) < bestBin) {
          const swap = order[i];
          order[i] = order[middle];
          order[middle++] = swap;
        }
      }
    }
    if (middle === from || middle === to) middle = (from + to) >> 1;
    const node = this.nodes++;
    this.#enclose(from, middle, node * 12);
    this.#enclose(middle, to, node * 12 + 6);
    this.children[node * 2] = this.#split(from, middle);
    this.children[node * 2 + 1] = this.#split(middle, to);
    return node;
  }

  /** Write the box around some triangles. @param {number} from @param {number} to @param {number} at */
  #enclose(from, to, at) {
    const { bounds, order } = this;
    const boxes = this.#boxes;
    bounds.fill(Infinity, at, at + 3);
    bounds.fill(-Infinity, at + 3, at + 6);
    for (let i = from; i < to; i++) {
      const s = order[i] * 6;
      for (let k = 0; k < 3; k++) {
        if (boxes[s + k] < bounds[at + k]) bounds[at + k] = boxes[s + k];
        if (boxes[s + 3 + k] > bounds[at + 3 + k]) bounds[at + 3 + k] = boxes[s + 3 + k];
      }
    }
  }

  /** The nearest triangle along a ray, or -1; details in `t`, `u`, `v`.
   * With `skip`, the first hit with a triangle not marked in it ends the walk
   * (enough for a shadow ray).
   * @param {number} ox @param {number} oy @param {number} oz
   * @param {number} dx @param {number} dy @param {number} dz
   * @param {number} far @param {Uint8Array | null} [skip]
   * @returns {number} position in `order` */
  intersect(ox, oy, oz, dx, dy, dz, far, skip = null) {
    const { bounds, children, corners } = this;
    const stack = this.#stack;
    const stackNear = this.#stackNear;
    const ix = 1 / (Math.abs(dx) < 1e-12 ? 1e-12 : dx);
    const iy = 1 / (Math.abs(dy) < 1e-12 ? 1e-12 : dy);
    const iz = 1 / (Math.abs(dz) < 1e-12 ? 1e-12 : dz);
    // Which face of a box a ray in this direction meets first, per axis.
    const nearX = ix < 0 ? 3 : 0;
    const farX = 3 - nearX;
    const nearY = iy < 0 ? 4 : 1;
    const farY = 5 - nearY;
    const nearZ = iz < 0 ? 5 : 2;
    const farZ = 7 - nearZ;
    let hit = -1;
    let top = 0;
    let node = 0;
    for (;;) {
      if (node >= 0) {
        const o = node * 12;
        const p = o + 6;
        let near0 = (bounds[o + nearX] - ox) * ix;
        let far0 = (bounds[o + farX] - ox) * ix;
        let near1 = (bounds[p + nearX] - ox) * ix;
        let far1 = (bounds[p + farX] - ox) * ix;
        let a = (bounds[o + nearY] - oy) * iy;
        let b = (bounds[o + farY] - oy) * iy;
        if (a > near0) near0 = a;
        if (b < far0) far0 = b;
        a = (bounds[p + nearY] - oy) * iy;
        b = (bounds[p + farY] - oy) * iy;
        if (a > near1) near1 = a;
        if (b < far1) far1 = b;
        a = (bounds[o + nearZ] - oz) * iz;
        b = (bounds[o + farZ] - oz) * iz;
        if (a > near0) near0 = a;
        if (b < far0) far0 = b;
        a = (bounds[p + nearZ] - oz) * iz;
        b = (bounds[p + farZ] - oz) * iz;
        if (a > near1) near1 = a;
        if (b < far1) far1 = b;
        const in0 = far0 >= near0 && far0 > 0 && near0 < far;
        const in1 = far1 >= near1 && far1 > 0 && near1 < far;
        if (in0 && in1) {
          const first = near0 < near1 ? 0 : 1;
          stack[top] = children[node * 2 + 1 - first];
          stackNear[top++] = first === 0 ? near1 : near0;
          node = children[node * 2 + first];
          continue;
        }
        if (in0) {
          node = children[node * 2];
          continue;
        }
        if (in1) {
          node = children[node * 2 + 1];
          continue;
        }
      } else {
        const leaf = -1 - node;
        const from = leaf >> 4;
        const to = from + (leaf & 15);
        for (let i = from; i < to; i++) {
          // Möller and Trumbore 1997.
          const o = i * 9;
          const e1x = corners[o + 3];
          const e1y = corners[o + 4];
          const e1z = corners[o + 5];
          const e2x = corners[o + 6];
          const e2y = corners[o + 7];
          const e2z = corners[o + 8];
          const px = dy * e2z - dz * e2y;
          const py = dz * e2x - dx * e2z;
          const pz = dx * e2y - dy * e2x;
          const det = e1x * px + e1y * py + e1z * pz;
          if (det > -1e-14 && det < 1e-14) continue;
          const inv = 1 / det;
          const tx = ox - corners[o];
          const ty = oy - corners[o + 1];
          const tz = oz - corners[o + 2];
          const u = (tx * px + ty * py + tz * pz) * inv;
          if (u < 0 || u > 1) continue;
          const qx = ty * e1z - tz * e1y;
          const qy = tz * e1x - tx * e1z;
          const qz = tx * e1y - ty * e1x;
          const v = (dx * qx + dy * qy + dz * qz) * inv;
          if (v < 0 || u + v > 1) continue;
          const t = (e2x * qx + e2y * qy + e2z * qz) * inv;
          if (t <= 1e-6 || t >= far) continue;
          if (skip !== null) {
            if (skip[i] === 0) return i;
            continue;
          }
          far = t;
          hit = i;
          this.t = t;
          this.u = u;
          this.v = v;
        }
      }
      do {
        if (top === 0) return hit;
        node = stack[--top];
      } while (stackNear[top] >= far);
    }
  }
}

/** The tuner's choice, made once for a device and remembered in the browser. */
import { get, set } from 'idb-keyval';
import { preferTile, TILES } from '../../kernels/webgpu/tiled';
import { tuneTiles } from '../../kernels/webgpu/tune';
import { computesInLanes } from '../../kernels/webgpu/variant';

/** What is remembered for the present list of candidates; another list is tried anew. */
function keyOf({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  return `tile of ${[vendor, architecture, device, description].join(' / ')} among ${JSON.stringify(TILES)}`;
}

/**
 * Chooses the tile for `device`, which tfjs's current backend uses.
 * @param tune finds the place of the best one in `TILES`
 */
export async function tuned(device: GPUDevice, tune = () => tuneTiles()): Promise<void> {
  // Software adapters have programs without tiles.
  if (computesInLanes(device) !== null) return;
  const key = keyOf(device.adapterInfo);
  // Storage may be forbidden (private windows, sandboxed frames): then it is tried each time.
  const known = await get<number>(key).catch(() => undefined);
  if (known !== undefined && TILES[known]) {
    preferTile(device, TILES[known]);
    return;
  }
  const chosen = await tune();
  if (chosen !== null) await set(key, chosen).catch(() => {});
}

/** Pictures between the page's 8-bit pixels and the network's numbers. */
export { toPixels, toPlanes } from '../inspect/pixels';

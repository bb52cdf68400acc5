/** Every kind of edit. To add one: a file like its neighbours', and a line here. */
export { add } from './add';
export { clamp } from './clamp';
export { heal } from './heal';
export { noise } from './noise';
export { paste } from './paste';
export { scale } from './scale';
export { set } from './set';
export { swap } from './swap';
export { zero } from './zero';

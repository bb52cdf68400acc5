/** Every run, by its name, as the worker calls it. To add an experiment: a folder, a line here and one in `declared.ts`. */
export { channels } from './channels/channels';
export { flatColour } from './flatColour/flatColour';
export { heal } from './heal/heal';
export { run as influence } from './influence/run';
export { scan } from './influence/scan';
export { interpolate } from './interpolate/interpolate';
export { kl } from './kl/kl';
export { run as mechanism } from './mechanism/run';
export { clamp } from './noise/clamp';
export { noise } from './noise/noise';
export { sampling } from './noise/sampling';
export { reads } from './reads/reads';
export { measure as report } from './report/report';
export { resolution } from './resolution/resolution';
export { crop } from './roll/crop';
export { roll } from './roll/roll';

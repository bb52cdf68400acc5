/** The declarations of all experiments. The panel of each is `page/Panel.tsx` of the folder that has the name given here. */
export { channels } from './channels/declaration';
export { flatColour } from './flatColour/declaration';
export { heal } from './heal/declaration';
export { influence } from './influence/declaration';
export { interpolate } from './interpolate/declaration';
export { kl } from './kl/declaration';
export { mechanism } from './mechanism/declaration';
export { noise } from './noise/declaration';
export { reads } from './reads/declaration';
export { report } from './report/declaration';
export { resolution } from './resolution/declaration';
export { roll } from './roll/declaration';

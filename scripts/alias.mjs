import { join } from 'node:path';
import { ROOT } from './install.mjs';

/** How the folders of `src` name each other, `@/latent/types`, for whatever builds them; types are found by tsconfig.base.json. */
export const ALIAS = { '@': join(ROOT, 'src') };

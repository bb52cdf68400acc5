/** How the folders of `src` name each other, `@/latent/types`, for whatever builds them. */
export const ALIAS: Record<string, string>;

/** The names by which scripts call the two models: the one that stands alone where nothing is compared, and the one beside it. */
export type SideName = 'model' | 'compare';

/** Spaces before the statements of a new init function. */
export const BODY_INDENT = 8;

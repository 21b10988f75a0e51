/** Records in one page when a reader does not say: large enough to be fast, small enough to stay out of the way. */
export const READ_PAGE = 2_000;

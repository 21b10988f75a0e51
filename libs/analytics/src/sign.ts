/** 1 = a customer comes in, −1 = is taken out again, as they were when they came in: all counts are sums. */
export type Sign = 1 | -1;

/** The first moment that every archive format can express, so that all formats agree and no reader finds it implausible. */
export const FIXED_TIME: Date = new Date('1980-01-01T00:00:00Z');

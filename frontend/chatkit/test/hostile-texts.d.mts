/** Texts made to freeze or to deceive, by name. */
export const TEXTS: Readonly<Record<string, string>>;

/** A text that a definition says in both languages. */
export type Label = { zh: string; en: string };

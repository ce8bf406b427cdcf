/** How the languages are measured against English. */

/** What has one wording in English may have another elsewhere; names, data and shape stay. */
export type Wording<Text> = Text extends string
  ? string
  : Text extends (...given: infer Given) => infer Said
    ? (...given: Given) => Wording<Said>
    : { readonly [Name in keyof Text]: Wording<Text[Name]> };

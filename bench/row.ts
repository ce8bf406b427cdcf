/** One line of the table. */
export interface Row {
  readonly row: string;
  readonly figures: Readonly<Record<string, number | string>>;
  /** What issue and users ask for; missing it marks the row and nothing else: a bench never fails. */
  readonly must: Readonly<Record<string, { readonly atLeast: number } | { readonly atMost: number }>>;
}

/** Names of figures that miss what they must reach. */
export function missed({ figures, must }: Row): string[] {
  return Object.entries(must).flatMap(([name, bound]) => {
    const value = Number(figures[name]);
    const isFine = 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
    return isFine ? [] : [name];
  });
}

/** @param digits after the point */
export function round(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

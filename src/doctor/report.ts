/** What the doctor found, and how it is printed. */
import { styleText } from 'node:util';

/** One line. What must be fixed always says how. */
export type Finding =
  | { readonly mark: 'ok'; readonly text: string }
  | { readonly mark: 'note'; readonly text: string; readonly next?: string }
  | { readonly mark: 'FIX'; readonly text: string; readonly next: string };

/** Findings about one part of the installation. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

export const ok = (text: string): Finding => ({ mark: 'ok', text });
export const note = (text: string, next?: string): Finding => ({
  mark: 'note',
  text,
  ...(next !== undefined && { next }),
});
export const fix = (text: string, next: string): Finding => ({ mark: 'FIX', text, next });

/** How many things must be fixed before this installation can do what it is configured for. */
export function countFixes(sections: readonly Section[]): number {
  return sections.flatMap(({ findings }) => findings).filter(({ mark }) => mark === 'FIX').length;
}

/** Every finding is a line that starts with its mark; the next step stands below it, indented. */
export function renderText(sections: readonly Section[], isColoured: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    isColoured ? styleText(style, text, { validateStream: false }) : text;
  const lineOf = (finding: Finding): string => {
    const mark = paint(styles[finding.mark], finding.mark) + ' '.repeat(markWidth - finding.mark.length);
    const next = 'next' in finding ? `\n${' '.repeat(markWidth)}→ ${finding.next}` : '';
    return `${mark}${finding.text}${next}`;
  };
  const parts = sections.map(({ title, findings }) => [paint('bold', title), ...findings.map(lineOf)].join('\n'));
  return `${[...parts, verdict(countFixes(sections))].join('\n\n')}\n`;
}

/** The same for programs: `{"mustFix":1,"sections":[{"title","findings":[{"mark","text","next"?}]}]}`. */
export function renderJson(sections: readonly Section[]): string {
  return `${JSON.stringify({ mustFix: countFixes(sections), sections }, null, 2)}\n`;
}

const markWidth = 6;
const styles = { ok: 'green', note: 'yellow', FIX: 'red' } as const;

function verdict(fixes: number): string {
  if (fixes === 0) return 'Nothing must be fixed.';
  return fixes === 1 ? 'One thing must be fixed.' : `${fixes} things must be fixed.`;
}

/** The pages a person sees after an installation: a title, a sentence, a link. They load nothing from anywhere. */
import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { parseAccept } from 'hono/utils/accept';
import { textsFor } from '../../core/texts/texts.ts';

export interface InstallPage {
  readonly title: string;
  readonly said: string;
  readonly link: { readonly href: string; readonly label: string };
}

const style = `
  body { margin: 15vh auto; max-width: 34rem; padding: 0 1.5rem; font: 1.1rem/1.5 system-ui, sans-serif; text-align: center; }
  a { display: inline-block; margin-top: 1rem; padding: .6rem 1.4rem; border-radius: .5rem; background: #4a154b; color: #fff; text-decoration: none; }
  @media (prefers-color-scheme: dark) { body { background: #1a1d21; color: #e8e8e8; } }
`;

/** The address of the page has a code in it, which is for nobody else's eyes. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Names come from Slack, where people chose them: all of it is escaped. */
export function drawInstallPage({ title, said, link }: InstallPage, locale: string): string {
  return String(html`<!doctype html>
<html lang="${locale}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${raw(style)}</style>
<h1>${title}</h1>
<p>${said}</p>
<a href="${link.href}">${link.label}</a>
</html>
`);
}

/** The language a browser likes best of those that are spoken here, as BCP 47. */
export function readLocale(acceptLanguage: string | undefined): string {
  const wanted = parseAccept(acceptLanguage ?? '')
    .filter(({ q }) => q > 0)
    .map(({ type }) => type);
  const isSpoken = (locale: string): boolean => /^en\b/i.test(locale) || textsFor(locale) !== textsFor('en');
  return wanted.find(isSpoken) ?? 'en';
}

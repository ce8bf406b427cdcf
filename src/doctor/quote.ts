/** Words from outside, as they may stand in a report. */
import { createHiding } from '../core/log.ts';

/** One line of bounded length, without secrets and without anything that could steer a terminal. */
export type Quote = (text: string) => string;

const mostLength = 240;

/** @param secrets struck out before anything is cut off, so that no half of one remains */
export function createQuote(secrets: readonly string[]): Quote {
  const hide = createHiding(secrets);
  return (text) => {
    const line = hide(text)
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim();
    return line.length <= mostLength ? line : `${line.slice(0, mostLength - 1).toWellFormed()}…`;
  };
}

/** What an error says; a connection that was tried at several addresses says nothing itself. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message;
}

/** Passwords within addresses, as they are written and as they are meant. */
export function passwordsIn(addresses: readonly (string | undefined)[]): string[] {
  return addresses.flatMap((address = '') => {
    const [, written = ''] = /^[^:]+:\/\/[^:@/]*:([^@/]+)@/.exec(address) ?? [];
    return written === '' ? [] : [written, decoded(written)];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

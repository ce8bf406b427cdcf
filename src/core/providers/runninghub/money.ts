/** From the site's money to dollars: the international site counts in dollars, the Chinese one in yuan (§1, §5, §12). */
import { type MicroUsd, usd } from '../../values.ts';

/** Both answer undefined where nobody has said what the amount is in dollars. */
export interface Money {
  /** The published prices are the Chinese site's alone; those of the international site are not known. */
  fromYuan(amount: number): MicroUsd | undefined;
  /** @param amount as a query tells it: a decimal in a string, a number, or anything else for "not told" */
  fromSite(amount: unknown): MicroUsd | undefined;
}

/**
 * An address that is neither site's own may lead to either: with a rate it is taken for the Chinese one, without one its
 * amounts are left out.
 * @param yuanPerDollar the operator's word; no rate is known here
 */
export function createMoney(baseUrl: string, yuanPerDollar: number | undefined): Money {
  const isInternational = isOn('runninghub.ai', baseUrl);
  const fromYuan = (amount: number) =>
    isInternational || yuanPerDollar === undefined ? undefined : usd(amount / yuanPerDollar);
  return {
    fromYuan,
    fromSite(told) {
      const amount = readAmount(told);
      if (amount === undefined) return undefined;
      return isInternational ? usd(amount) : fromYuan(amount);
    },
  };
}

function isOn(domain: string, url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === domain || hostname.endsWith(`.${domain}`);
}

/** Amounts and counts come as strings or numbers; undefined for whatever is neither. */
export function readNumber(told: unknown): number | undefined {
  if (typeof told === 'string' && !/^-?\d{1,12}(\.\d+)?$/.test(told.trim())) return undefined;
  const amount = typeof told === 'string' ? Number(told) : told;
  return typeof amount === 'number' && Number.isFinite(amount) ? amount : undefined;
}

/** As `readNumber`, for money that was taken: never less than nothing. */
export function readAmount(told: unknown): number | undefined {
  const amount = readNumber(told);
  return amount !== undefined && amount >= 0 ? amount : undefined;
}

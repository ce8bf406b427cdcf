/** One line for one event. Whatever secret the process was given is struck out of the finished line. */
import pino from 'pino';

/** `job`, `provider`, … ; an `error` is written with its message, code and causes, never with its stack. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Events at four levels. Never throws, whatever the fields are. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** What a log is made of. */
export interface LogSettings {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Gets whole lines, newline included. */
  readonly write: (line: string) => void;
  /** Never to appear, as they are or as part of something else. Shorter ones than 6 characters hide nothing and are ignored. */
  readonly secrets: readonly string[];
  /** Fields of every line. */
  readonly base?: LogFields;
}

/** Events are `noun.what-happened`: `job.done`, `provider.refused`. */
export function createLog(settings: LogSettings): Log {
  const hide = createLineHiding(settings.secrets);
  const logger = pino(
    {
      level: settings.level,
      base: { ...settings.base },
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { error: (error) => describeError(error) },
    },
    { write: (line) => settings.write(hide(line)) },
  );
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, fields: LogFields = {}): void =>
      logger[level](fields, event);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** For tests and tools that have nothing to say. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** How deep causes are followed, and how many errors of one. */
const mostCauses = 5;

/**
 * What an error says, outermost first: message, code, causes. Values a driver attached (parameters, rows) are left out.
 * @param depth causes may lead back to where they came from
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return asText(error);
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const isDeep = depth >= mostCauses;
  const cause = error.cause === undefined || isDeep ? {} : { cause: describeError(error.cause, depth + 1) };
  // A connection that was tried at several addresses says nothing itself.
  const parts = 'errors' in error && Array.isArray(error.errors) && !isDeep ? error.errors.slice(0, mostCauses) : [];
  const errors = parts.length === 0 ? {} : { errors: parts.map((part) => describeError(part, depth + 1)) };
  return { name: error.name, message: error.message, ...code, ...cause, ...errors };
}

function asText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}

/**
 * Strikes out secrets in whatever form they appear, and the signature and secret parts of addresses: for words that come
 * from outside. Shorter secrets than 6 characters hide nothing and are ignored.
 */
export function createHiding(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.filter((secret) => secret.length >= 6).flatMap(formsOf))];
  const longestFirst = forms
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const anySecret = longestFirst.length === 0 ? null : new RegExp(longestFirst.join('|'), 'g');

  return (text) => {
    const safe = text
      .replace(/([?&][\w-]*(?:signature|token|key|secret|password|hm)=)[^&"'\s\\]+/gi, '$1[secret]')
      .replace(/(\/callbacks\/[\w-]+\/[\w-]+\/)[\w-]+/g, '$1[secret]')
      .replace(/(\w+:\/\/[^\s:/@"]*:)[^\s/"]+@/g, '$1[secret]@');
    return anySecret === null ? safe : safe.replace(anySecret, '[secret]');
  };
}

/** The line is taken apart for it: a secret that looks like a number or a quote must not break the line it is struck out of. */
function createLineHiding(secrets: readonly string[]): (line: string) => string {
  const hideText = createHiding(secrets);
  const hide = (value: unknown): unknown => {
    if (typeof value === 'string') return hideText(value);
    if (typeof value === 'number') return hideText(`${value}`) === `${value}` ? value : '[secret]';
    if (Array.isArray(value)) return value.map(hide);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [hideText(key), hide(inner)]));
  };

  return (line) => `${JSON.stringify(hide(JSON.parse(line)))}\n`;
}

/** A secret as it is, and as it looks within JSON, addresses, forms, base64 (wherever in it) and hexadecimal. */
function formsOf(secret: string): string[] {
  const inAddress = encodeURIComponent(secret.toWellFormed());
  const plain = [
    secret,
    inAddress,
    inAddress.replace(/%../g, (code) => code.toLowerCase()),
    new URLSearchParams({ '': secret }).toString().slice(1),
  ];
  const bytes = Buffer.from(secret);
  const encoded = [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // Only the letters that no neighbour has a part in.
    const whole = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [...plain.flatMap(quotedForms), ...encoded, bytes.toString('hex')];
}

/** As it is within a JSON text, and within a JSON text inside another. */
function quotedForms(text: string): string[] {
  const once = JSON.stringify(text).slice(1, -1);
  return [text, once, JSON.stringify(once).slice(1, -1)];
}

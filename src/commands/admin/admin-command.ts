/** What all commands of admins share: options from a schema, the rights checked again, values parsed. */
import { z } from 'zod';
import type { JobEdges } from '../../core/jobs/edges.ts';
import type { TenantSettings } from '../../core/settings/settings.ts';
import { type Texts, textsFor } from '../../core/texts/texts.ts';
import type { Asker } from '../../core/values.ts';
import type { Command, CommandCall, Reply, Suggestion } from '../command.ts';
import { definedOnly, drawOptions } from '../options.ts';
import { refusal } from '../replies.ts';
import { mayAdminister } from '../rights.ts';

/** What is said to admins, in their language. */
export type AdminTexts = Texts['admin'];

interface AdminCall<Options> {
  readonly options: Options;
  readonly asker: Asker;
  /** The admin's language. */
  readonly t: Texts;
  /** Settings that mean nothing there. */
  readonly without: readonly (keyof TenantSettings)[];
}

interface Definition<Shape extends z.ZodRawShape> {
  readonly name: keyof AdminTexts['commands'];
  readonly options: z.ZodObject<Shape>;
  run(call: AdminCall<z.output<z.ZodObject<Shape>>>): Promise<Reply>;
  suggest?(option: string, typed: string, asker: Asker): Promise<readonly Suggestion[]>;
}

/** Whoever is no admin is refused and logged, whatever the platform let through. */
export function adminCommand<Shape extends z.ZodRawShape>(
  { database, log }: Pick<JobEdges, 'database' | 'log'>,
  { name, options: schema, run, suggest }: Definition<Shape>,
): Command {
  return {
    name,
    description: textsFor('en').admin.commands[name].description,
    options: drawOptions(schema),
    isListed: false,
    isForAdmins: true,
    async run({ asker, values, without = [] }: CommandCall) {
      const t = textsFor(asker.locale);
      if (!(await mayAdminister(asker, { database }))) {
        log.info('admin.refused', { command: name, tenant: asker.tenant, person: asker.person });
        return refusal(t.admin.notAdmin);
      }
      const given = definedOnly(values);
      const parsed = schema.safeParse(given);
      if (!parsed.success) return refusal(...parsed.error.issues.map((issue) => explain(issue, given, t.admin)));
      return run({ options: parsed.data, asker, t, without });
    },
    ...(suggest && {
      suggest: async (option, typed, asker) =>
        (await mayAdminister(asker, { database })) ? suggest(option, typed, asker) : [],
    }),
  };
}

function explain(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>, t: AdminTexts): string {
  const option = String(issue.path[0] ?? (issue.code === 'unrecognized_keys' ? issue.keys[0] : ''));
  if (issue.code === 'invalid_value') return t.oneOf(option, issue.values.map(String));
  return option in given ? t.wrongOption(option) : t.missing(option);
}

/** Ids as platforms make them: never an address, a mention or a sentence. */
const platformId = z.string().regex(/^[\w.:-]{1,64}$/);

/** Options that are picked on the platform; what arrives is its own id. */
export const idOption = {
  person: platformId.meta({ kind: 'person' }),
  role: platformId.meta({ kind: 'role' }),
  channel: platformId.meta({ kind: 'channel' }),
};

/** What Discord accepts as buttons, menus, layouts and forms (platforms/discord.md §3). */
import { z } from 'zod';
import type { Violation } from './refusal.ts';

const text = (most: number, least = 0) => z.string().min(least).max(most);
const customId = text(100, 1);
const emoji = z.object({ id: z.string().nullish(), name: z.string().nullish(), animated: z.boolean().nullish() });
const link = 5;

const button = z
  .object({
    type: z.literal(2),
    style: z.number().int().min(1).max(6),
    label: text(80).nullish(),
    emoji: emoji.nullish(),
    custom_id: customId.optional(),
    url: text(512, 1).optional(),
    disabled: z.boolean().optional(),
  })
  .refine(
    (it) => (it.style === link ? it.url !== undefined && it.custom_id === undefined : it.custom_id !== undefined),
    {
      message: 'A custom id and url cannot both be specified, and one of them is required',
    },
  )
  .refine((it) => Boolean(it.label) || Boolean(it.emoji), { message: 'A label or an emoji is required' });

const count = (most: number) => z.number().int().min(0).max(most).optional();
const option = z.object({
  label: text(100, 1),
  value: text(100, 1),
  description: text(100).nullish(),
  emoji: emoji.nullish(),
  default: z.boolean().optional(),
});
const menu = {
  custom_id: customId,
  placeholder: text(150).nullish(),
  min_values: count(25),
  max_values: count(25),
  disabled: z.boolean().optional(),
  required: z.boolean().optional(),
};
const stringSelect = z.object({ type: z.literal(3), options: z.array(option).min(1).max(25), ...menu });
const otherSelect = z.object({ type: z.literal([5, 6, 7, 8]), ...menu });

const row = z
  .object({
    type: z.literal(1),
    components: z
      .array(z.union([button, stringSelect, otherSelect]))
      .min(1)
      .max(5),
  })
  .refine(({ components }) => components.every(({ type }) => type === 2) || components.length === 1, {
    message: 'A row holds up to five buttons or one select',
  });

const media = z.object({ url: text(2048, 1) });
const textDisplay = z.object({ type: z.literal(10), content: text(4000, 1) });
const thumbnail = z.object({
  type: z.literal(11),
  media,
  description: text(1024).nullish(),
  spoiler: z.boolean().optional(),
});
const section = z.object({
  type: z.literal(9),
  components: z.array(textDisplay).min(1).max(3),
  accessory: z.union([button, thumbnail]),
});
const gallery = z.object({
  type: z.literal(12),
  items: z
    .array(z.object({ media, description: text(1024).nullish(), spoiler: z.boolean().optional() }))
    .min(1)
    .max(10),
});
const file = z.object({
  type: z.literal(13),
  file: z.object({ url: z.string().startsWith('attachment://') }),
  spoiler: z.boolean().optional(),
});
const separator = z.object({ type: z.literal(14) });
const inContainer = z.union([row, section, textDisplay, gallery, file, separator]);
const container = z.object({
  type: z.literal(17),
  components: z.array(inContainer).min(1),
  accent_color: z.number().int().min(0).max(0xff_ff_ff).nullish(),
  spoiler: z.boolean().optional(),
});

/** Everything that may stand in a message, old layout and new. */
export const messageComponents = z.array(z.union([row, section, textDisplay, gallery, file, separator, container]));

const textInput = z.object({
  type: z.literal(4),
  custom_id: customId,
  style: z.literal([1, 2]),
  min_length: count(4000),
  max_length: z.number().int().min(1).max(4000).optional(),
  required: z.boolean().optional(),
  value: text(4000).nullish(),
  placeholder: text(100).nullish(),
});
const choices = (most: number, least: number) =>
  z
    .array(
      z.object({
        label: text(100, 1),
        value: text(100, 1),
        description: text(100).nullish(),
        default: z.boolean().optional(),
      }),
    )
    .min(least)
    .max(most);
const fileUpload = z.object({
  type: z.literal(19),
  custom_id: customId,
  min_values: count(10),
  max_values: z.number().int().min(1).max(10).optional(),
  required: z.boolean().optional(),
  file_types: z.array(z.string()).min(1).max(10).optional(),
});
const radioGroup = z.object({
  type: z.literal(21),
  custom_id: customId,
  options: choices(10, 2),
  required: z.boolean().optional(),
});
const checkboxGroup = z.object({
  type: z.literal(22),
  custom_id: customId,
  options: choices(10, 1),
  min_values: count(10),
  max_values: count(10),
  required: z.boolean().optional(),
});
const checkbox = z.object({ type: z.literal(23), custom_id: customId, default: z.boolean().optional() });
const label = z.object({
  type: z.literal(18),
  label: text(45, 1),
  description: text(100).nullish(),
  component: z.union([textInput, stringSelect, otherSelect, fileUpload, radioGroup, checkboxGroup, checkbox]),
});

/** Since 2026 an input sits in a Label; the old row with a text input is deprecated, so it is refused here. */
export const modalComponents = z
  .array(z.union([label, textDisplay]))
  .min(1)
  .max(5);

const mostClassicRows = 5;
const mostComponents = 40;

/** Rules that need the whole layout: how many, each name once, and nothing of V2 without its flag. */
export function componentProblems(components: readonly unknown[], isV2 = true): readonly Violation[] {
  const all = components.flatMap((each) => flatten(each));
  const names = all.flatMap(({ custom_id }) => (typeof custom_id === 'string' ? [custom_id] : []));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const isForeign = !isV2 && components.some((each) => flatten(each)[0]?.type !== 1);
  const most = isV2 ? mostComponents : mostClassicRows;
  const size = isV2 ? all.length : components.length;
  return [
    ...twice.map(() => violation('COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated')),
    ...(isForeign ? [violation('UNION_TYPE_CHOICES', 'Value of field "type" must be one of (1,).')] : []),
    ...(size > most ? [violation('BASE_TYPE_BAD_LENGTH', `Must be between 1 and ${most} in length.`)] : []),
  ];
}

function violation(code: string, message: string): Violation {
  return { path: [], code, message };
}

interface Flat {
  readonly type?: unknown;
  readonly custom_id?: unknown;
}

/** A component and all inside it. */
function flatten(component: unknown): readonly Flat[] {
  if (component === null || typeof component !== 'object') return [];
  const inside = ['components', 'component', 'accessory'].flatMap((name) => Reflect.get(component, name) ?? []);
  return [component, ...inside.flatMap((each: unknown) => flatten(each))];
}
